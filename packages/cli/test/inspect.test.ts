import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HOME_FIXTURE, jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const MESSAGE_FIELDS = ['type', 'folder', 'sourceId', 'size', 'crlfSize', 'sha256', 'flags', 'internalDate', 'uid', 'messageId', 'issues'];

describe('inspect', () => {
  it('prints one inspection line a source', async () => {
    const run = await mailferry(['inspect', '--json', HOME_FIXTURE]);
    const [line, ...rest] = jsonLines(run.stdout);
    expect([run.status, rest]).toEqual([0, []]);
    expect(line).toMatchObject({
      type: 'inspection',
      source: HOME_FIXTURE,
      format: 'mbox',
      messages: 21,
      issues: { MBOX_FROM_LINE_AMBIGUOUS: 3 },
    });
    expect(line?.['items']).toEqual({ contacts: 0, appointments: 0, tasks: 0, notes: 0, journal: 0, other: 0 });
    const folders = line?.['folders'] as Record<string, unknown>[];
    expect(folders.find(({ path }) => String(path) === 'INBOX')).toEqual({
      path: ['INBOX'],
      messages: 11,
      bytes: expect.any(Number),
      flags: { '\\Answered': 3, '\\Deleted': 1, '\\Flagged': 2, '\\Seen': 8 },
      keywords: { $Forwarded: 1, $Label1: 1, family: 3, invoice: 1 },
      uidValidity: expect.any(Number),
      oldest: expect.stringMatching(/^2004-02-02T.*Z$/),
      newest: expect.stringMatching(/^2005-11-14T.*Z$/),
    });
  });

  it('prints the messages before it, in source order, with --messages', async () => {
    const run = await mailferry(['inspect', '--json', '--messages', HOME_FIXTURE]);
    const lines = jsonLines(run.stdout);
    const messages = lines.slice(0, -1);
    expect(lines.at(-1)?.['type']).toBe('inspection');
    expect(messages).toHaveLength(21);
    for (const message of messages) {
      expect(Object.keys(message).filter((field) => !MESSAGE_FIELDS.includes(field))).toEqual([]);
      expect(message).toMatchObject({ type: 'message', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), flags: expect.any(Array) });
    }
    const offsets = messages
      .filter(({ folder }) => String(folder) === 'INBOX')
      .map(({ sourceId }) => Number(String(sourceId).slice('offset:'.length)));
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
  });

  it('counts the lines that are quoted, and says what they speak for', async () => {
    using directory = temporary();
    const of = (body: string) => `From a@example.org Mon Jan  5 10:00:00 2004\nFrom: a@example.org\nSubject: x\n\n${body}\n\n`;
    writeFileSync(directory.of('rd'), of('>From here\n>>From there\n> >From no') + of('>From again\nno >From'));
    writeFileSync(directory.of('o'), of('>From here'));
    writeFileSync(directory.of('none'), of('nothing'));
    const run = await mailferry(['inspect', '--json', directory.of('rd'), directory.of('o'), directory.of('none')]);
    expect(jsonLines(run.stdout).map(({ quoting }) => quoting)).toEqual([
      { once: 2, more: 1, likely: 'mboxrd' },
      { once: 1, more: 0, likely: 'mboxo' },
      { once: 0, more: 0 },
    ]);
    const text = await mailferry(['inspect', directory.of('rd'), directory.of('o')]);
    expect(text.stdout).toContain('lines ">From ": 2, ">>From " and more: 1; as mboxrd quotes (--unescape mboxrd undoes it)');
    expect(text.stdout).toContain('as mboxo quotes, or mboxrd where nothing was quoted twice');
  });

  it('shows people a table', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(3));
    const run = await mailferry(['inspect', directory.of('mbox')]);
    expect(run.stderr).toBe('');
    expect(run.stdout.replaceAll(directory.path, 'DIR')).toBe(
      [
        'DIR/mbox: mbox',
        '3 messages in 1 folder, 423 B',
        '',
        '  folder  messages   size  oldest      newest',
        '  INBOX          3  423 B  2003-01-01  2003-01-03',
        '',
        '',
      ].join('\n'),
    );
  });

  it('ends quietly when the reader of its output has gone', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(20_000));
    const program = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));
    const shell = spawn('bash', [
      '-c',
      `"$0" "$1" inspect --json --messages "$2" | head -n 1; echo "status \${PIPESTATUS[0]}"`,
      process.execPath,
      program,
      directory.of('mbox'),
    ]);
    const [out, error]: string[][] = [[], []];
    shell.stdout.setEncoding('utf8').on('data', (text: string) => out?.push(text));
    shell.stderr.setEncoding('utf8').on('data', (text: string) => error?.push(text));
    await new Promise((resolve) => shell.once('close', resolve));
    expect(error?.join('')).toBe('');
    expect(out?.join('')).toMatch(/^\{"type":"message".*\}\nstatus 0\n$/);
  });

  it('prints its help quietly for a reader that goes away at once', () => {
    const program = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));
    const { stdout, stderr } = spawnSync('bash', [
      '-c',
      `"$0" "$1" inspect --help | true; echo "status \${PIPESTATUS[0]}"`,
      process.execPath,
      program,
    ]);
    expect([stdout.toString(), stderr.toString()]).toEqual(['status 0\n', '']);
  });
});
