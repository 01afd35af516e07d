import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// a thread cannot be started from TypeScript source: lanes are tested as they were built
import { type Message, memoryTarget, openMbox, transfer } from '../../dist/index.js';

const MESSAGES = 4000;
let home: string;
let path: string;

/** Messages with LF and CRLF, own headers and quoting, one of them too large for a window. */
function message(i: number): string {
  const end = i % 3 === 0 ? '\r\n' : '\n';
  const lines = [`From: u${i}@example.org`, `Subject: ${i % 7}`, ...(i % 2 === 0 ? ['Status: RO'] : []), '', `>From ${i % 11}`];
  const body = `${'x'.repeat(60)}${end}`.repeat(i === 2000 ? 30_000 : 1 + (i % 80));
  return `From u@example.org Sat Jan  3 10:00:00 2004${end}${lines.join(end)}${end}${body}${end}`;
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'mailferry-ahead-'));
  path = join(home, 'mbox');
  writeFileSync(path, Array.from({ length: MESSAGES }, (_, i) => message(i)).join(''));
});
afterAll(() => rmSync(home, { recursive: true }));

const factsOf = (message: Message) => {
  const sha256 = createHash('sha256').update(message.content.bytes()).digest('hex');
  return { identity: message.identity, hash: message.contentHash, crlf: message.content.crlfSize, sha256 };
};

async function read(lanes: 0 | 1, quoting: 'none' | 'mboxrd') {
  await using store = await openMbox(path, { fromTz: 'UTC', lanes, unescape: quoting });
  const facts: ReturnType<typeof factsOf>[] = [];
  for await (const batch of store.batches?.({ wantsIdentities: true }) ?? []) facts.push(...batch.map(factsOf));
  return facts;
}

describe('messages that are hashed ahead', () => {
  it.each(['none', 'mboxrd'] as const)('are what they are without a thread, with quoting undone by %s', async (quoting) => {
    const alone = await read(0, quoting);
    expect(alone.length).toBe(MESSAGES);
    expect(await read(1, quoting)).toEqual(alone);
    expect(alone.filter(({ hash }) => hash !== undefined).length).toBe(quoting === 'none' ? 0 : MESSAGES);
  });

  it('may be left in the middle, and read again', async () => {
    await using store = await openMbox(path, { fromTz: 'UTC', lanes: 1 });
    for (let round = 0; round < 30; round += 1) {
      let batches = 0;
      for await (const batch of store.batches?.({ wantsIdentities: true }) ?? []) {
        expect(batch[0]?.identity).toMatch(/^[0-9a-f]{64}-\d+$/);
        batches += 1;
        if (batches === 7) break;
      }
    }
    const report = await transfer(store, memoryTarget());
    expect(report.totals.written + report.totals.filtered).toBe(MESSAGES);
  });
});
