// A message that was cut wrongly by the evidence of its lines: a signature proves the other cut. Never a change without such a proof.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { witnessesOf } from '../../src/formats/witness/witness.js';
import { maildirTarget, openMbox, restore, transfer } from '../../src/index.js';
import { dice } from './signed-mail.js';

const SEPARATOR = 'From ann@example.org Mon Jan  6 12:00:00 2003';
const COUNT = Number(process.env['SIGNED'] ?? 40);

/** Signed with simple canonicalisation, or as an old signature of a list broke it. */
function signed(n: number, body: string, more: { readonly broken?: boolean; readonly length?: number } = {}): string {
  const octets = `${body.replace(/\n+$/, '')}\n`.replaceAll('\n', '\r\n').slice(0, more.length);
  const bh = createHash('sha256')
    .update(octets, 'latin1')
    .update(more.broken === true ? 'x' : '')
    .digest('base64');
  const tags = `v=1; a=rsa-sha256; c=relaxed/simple; d=example.org; s=k;${more.length === undefined ? '' : ` l=${more.length};`} h=from; bh=${bh}; b=AA==`;
  return `DKIM-Signature: ${tags}\nReceived: from a by b; Mon, 6 Jan 2003 12:00:00 +0000\nFrom: ann@example.org\nSubject: ${n}\n\n${body}`;
}

/** A whole message inside the text, as somebody copied it out of a mailbox. */
const COPIED = `${SEPARATOR}\nFrom: bob@example.org\nTo: ann@example.org\nSubject: copied\nDate: Mon, 6 Jan 2003 12:00:00 +0000\n\nThe sea was calm.\n`;

describe('the boundary that a signature proves', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'mailferry-boundary-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const read = async (text: string): Promise<{ subjects: string[]; proved: number; holds: (boolean | undefined)[] }> => {
    const path = join(directory, 'mbox');
    writeFileSync(path, text, 'latin1');
    await using store = await openMbox(path, { fromTz: 'UTC' });
    const [subjects, holds]: [string[], (boolean | undefined)[]] = [[], []];
    let proved = 0;
    for await (const { content, issues } of store.messages()) {
      const octets = Buffer.from(content.bytes()).toString('latin1');
      subjects.push(/^Subject: (.*)$/m.exec(octets)?.[1] ?? '');
      holds.push(witnessesOf(Buffer.from(octets.replace(/\r?\n/g, '\r\n'), 'latin1'))[0]?.holds);
      proved += issues.filter(({ code }) => code === 'MBOX_BOUNDARY_PROVED').length;
    }
    return { subjects, proved, holds };
  };
  const mbox = (...messages: readonly string[]): string => messages.map((message) => `${SEPARATOR}\n${message}\n`).join('');

  it('lies behind a message that was copied into the text', async () => {
    const text = mbox(signed(1, `Look:\n\n${COPIED}\nSo it was.\n`), signed(2, 'Plain.\n'));
    expect(await read(text)).toEqual({ subjects: ['1', '2'], proved: 1, holds: [true, true] });
    const two = mbox(signed(1, `Look:\n\n${COPIED}\nAnd:\n\n${COPIED}\nEnd.\n`), signed(2, 'Plain.\n'));
    expect(await read(two)).toEqual({ subjects: ['1', '2'], proved: 2, holds: [true, true] });
    const last = mbox(signed(1, `Look:\n\n${COPIED}\nSo it was.\n`));
    expect(await read(last)).toEqual({ subjects: ['1'], proved: 1, holds: [true] });
  });

  it('holds together with quoting that has to be undone', async () => {
    const body = `From the desk of Ann\n\n${COPIED}\nSo it was.\n`;
    const text = mbox(signed(1, body).replace('\nFrom the desk', '\n>From the desk'), signed(2, 'Plain.\n'));
    expect(await read(text)).toEqual({ subjects: ['1', '2'], proved: 1, holds: [true, true] });
  });

  it('lies at a line that looked like text', async () => {
    // The message behind the line has lost its header.
    const text = `${mbox(signed(1, 'Short.\n'))}${SEPARATOR}\nwords and no header at all\n\n${mbox(signed(2, 'Plain.\n'))}`;
    expect(await read(text)).toEqual({ subjects: ['1', '', '2'], proved: 1, holds: [true, undefined, true] });
    const unsigned = text.replace(/^DKIM-Signature/m, 'X-Nothing');
    expect((await read(unsigned)).subjects).toEqual(['1', '2']);
  });

  it('is never taken without proof: broken, cut short by l=, or not signed', { timeout: 60_000 }, async () => {
    const pick = dice(3);
    let joined = 0;
    for (let n = 0; n < COUNT; n += 1) {
      const body = `Line ${n}\n\n${COPIED}\n${'More.\n'.repeat(1 + pick(4))}`;
      const spoilt =
        [signed(n, body, { broken: true }), signed(n, body, { length: 6 }), signed(n, body).replace('DKIM-Signature', 'X-Nothing')][
          n % 3
        ] ?? '';
      const plain = mbox(signed(900, 'First.\n'), spoilt, signed(901, 'Last.\n'));
      const { subjects, proved } = await read(plain);
      expect([subjects, proved], String(n)).toEqual([['900', String(n), 'copied', '901'], 0]);
      const right = await read(mbox(signed(900, 'First.\n'), signed(n, body), signed(901, 'Last.\n')));
      joined += right.proved;
      expect(right.subjects).toEqual(['900', String(n), '901']);
    }
    process.stderr.write(
      `boundaries: ${joined} of ${COUNT} messages that were split are whole again, 0 of ${COUNT} changed without proof\n`,
    );
    expect(joined).toBe(COUNT);
  });

  it('leaves the way back', async () => {
    const [path, maildir, back] = ['whole', 'Maildir', 'back'].map((name) => join(directory, name)) as [string, string, string];
    writeFileSync(path, mbox(signed(1, `Look:\n\n${COPIED}\nSo it was.\n`), signed(2, 'Plain.\n')));
    {
      await using store = await openMbox(path, { fromTz: 'UTC' });
      await using target = await maildirTarget(maildir, { fsync: 'none' });
      const { totals, issues } = await transfer(store, target);
      expect([totals.written, issues.find(({ code }) => code === 'MBOX_BOUNDARY_PROVED')?.count]).toEqual([2, 1]);
    }
    expect(restore(maildir, back)).toMatchObject({ refused: [], restored: [{ source: path }] });
  });
});
