import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// a thread cannot be started from TypeScript source: lanes are tested as they were built
import { Lane } from '../../dist/lanes/lane.js';
import { readMaildir } from '../maildir/read-maildir.js';
import { startSample } from '../maildir/run-sample.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mailferry-lane-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const shared = (text: string): Uint8Array => {
  const view = new Uint8Array(new SharedArrayBuffer(text.length + 5), 5);
  view.set(Buffer.from(text));
  return view;
};

describe('a lane', () => {
  it('creates every file with its octets, mode and time, and gives the memory back', async () => {
    const lane = new Lane(false);
    let released = 0;
    for (let i = 0; i < 3000; i++) {
      const parts = [shared(`head ${i}\n`), Buffer.from('own memory\n'), shared('x'.repeat(i))].slice(0, i % 4);
      lane.add({ path: join(home, `${i}`), seconds: i - 1000, parts, release: () => (released += 1) });
      if (i % 100 === 0) await lane.flush();
    }
    await lane.drain();
    await lane.close();
    expect(released).toBe(3000);
    for (let i = 0; i < 3000; i++) {
      const whole = [`head ${i}\n`, 'own memory\n', 'x'.repeat(i)].slice(0, i % 4).join('');
      expect(readFileSync(join(home, `${i}`), 'utf8')).toBe(whole);
      const { mode, mtimeMs } = statSync(join(home, `${i}`));
      expect([mode & 0o777, mtimeMs]).toEqual([0o600, (i - 1000) * 1000]);
    }
  });

  it('says what failed and does nothing more', async () => {
    const lane = new Lane(false);
    mkdirSync(join(home, '5'));
    for (let i = 0; i < 10; i++) lane.add({ path: join(home, `${i}`), seconds: 0, parts: [shared('x')], release: () => {} });
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
