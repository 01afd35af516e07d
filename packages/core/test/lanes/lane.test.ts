import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// a thread cannot be started from TypeScript source: lanes are tested as they were built
import { Lane } from '../../dist/lanes/lane.js';
import type { PinnedContent } from '../../src/model/content.js';
import { readMaildir } from '../maildir/read-maildir.js';
import { startSample } from '../maildir/run-sample.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mailferry-lane-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Lends texts that lie apart in one memory, of this thread or shared. */
const lent = (texts: readonly string[], isShared: boolean, release: () => void = () => {}): PinnedContent => {
  const size = texts.reduce((sum, text) => sum + text.length + 5, 0);
  const buffer = isShared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
  const ranges: number[] = [];
  let at = 5;
  for (const text of texts) {
    new Uint8Array(buffer, at, text.length).set(Buffer.from(text));
    ranges.push(at, text.length);
    at += text.length + 5;
  }
  const parts = texts.map((_, i) => new Uint8Array(buffer, ranges[2 * i], ranges[2 * i + 1]));
  return { buffer, ranges, parts, release };
};

describe('a lane', () => {
  it('creates every file with its octets, mode and time, and gives the memory back', async () => {
    const lane = new Lane(false);
    let released = 0;
    for (let i = 0; i < 3000; i++) {
      const texts = [`head ${i}\n`, 'more\n', 'x'.repeat(i)].slice(0, i % 4);
      const content = lent(texts, i % 3 > 0, () => (released += 1));
      lane.add({ path: join(home, `${i}`), seconds: i - 1000, content });
      if (i % 100 === 0) await lane.flush();
    }
    await lane.drain();
    await lane.close();
    expect(released).toBe(3000);
    for (let i = 0; i < 3000; i++) {
      const whole = [`head ${i}\n`, 'more\n', 'x'.repeat(i)].slice(0, i % 4).join('');
      expect(readFileSync(join(home, `${i}`), 'utf8')).toBe(whole);
      const { mode, mtimeMs } = statSync(join(home, `${i}`));
      expect([mode & 0o777, mtimeMs]).toEqual([0o600, (i - 1000) * 1000]);
    }
  });

  it('says what failed and does nothing more', async () => {
    const lane = new Lane(false);
    mkdirSync(join(home, '5'));
    for (let i = 0; i < 10; i++) lane.add({ path: join(home, `${i}`), seconds: 0, content: lent(['x'], true) });
    await expect(lane.drain()).rejects.toMatchObject({ code: 'EEXIST', path: join(home, '5') });
    await lane.close();
    expect(readdirSync(home)).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('writes the same Maildir as the main thread does', async () => {
    const [one, two] = [join(home, 'one'), join(home, 'two')];
    expect(await startSample([one, '3000', '30000', '0']).ended).toContain('"written":3000');
    expect(await startSample([two, '3000', '30000', '1']).ended).toContain('"written":3000');
    expect(readMaildir(two)).toEqual(readMaildir(one));
  });
});
