import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { type FoundFile, readMaildir, textOf } from './read-maildir.js';
import { startSample } from './run-sample.js';

const MESSAGES = '240';
const KILLS = 25;
const home: string = mkdtempSync(join(tmpdir(), 'mailferry-crash-'));
afterAll(() => rmSync(home, { recursive: true }));

/** What must be the same after any number of kills: counters in names and UIDs after the first kept ones may differ. */
const essence = (files: readonly FoundFile[]): string[] =>
  files.map((file) => `${file.folder.join('/')} ${file.sha256} ${file.internalDate} ${[...file.flags].sort().join(' ')}`).sort();

/** A small generator with a seed, so that a failure can be run again. */
function* random(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

async function finishAndCompare(target: string, truth: readonly FoundFile[]): Promise<void> {
  expect(await startSample([target, MESSAGES]).ended).toContain('"failed":0');
  const found = readMaildir(target);
  expect(essence(found)).toEqual(essence(truth));
  for (const file of found) expect(file.uid, `${target} ${file.name}`).toBeDefined();
  expect(readdirSync(join(target, 'tmp'))).toEqual([]);
  expect(textOf(join(target, 'mailferry-ledger')).match(/^\["m"/gm)?.length).toBe(240);
  expect(await startSample([target, MESSAGES]).ended).toContain('"written":0,"alreadyPresent":240,"updated":0');
}

describe('kill -9 at any instant', () => {
  it('loses nothing, doubles nothing and keeps the UIDs', async () => {
    const whole = join(home, 'undisturbed');
    const started = Date.now();
    expect(await startSample([whole, MESSAGES, '5']).ended).toContain('"written":240');
    const took = Date.now() - started;
    const truth = readMaildir(whole);
    const dice = random(20_261_121);
    let target = '';
    for (let kill = 0; kill < KILLS; kill++) {
      if (kill % 5 === 0) target = join(home, `killed-${kill}`);
      const run = startSample([target, MESSAGES, kill % 2 === 0 ? '0' : '20']);
      await run.begun;
      await sleep((dice.next().value ?? 0) * took * 0.6);
      run.child.kill('SIGKILL');
      await run.ended;
      if (kill % 5 === 4) await finishAndCompare(target, truth);
    }
  }, 240_000);

  it('would be seen: a doubled or a lost message is not the same', () => {
    const truth = readMaildir(join(home, 'undisturbed'));
    expect(essence(truth.slice(1))).not.toEqual(essence(truth));
    expect(essence([...truth, ...truth.slice(0, 1)])).not.toEqual(essence(truth));
  });
});
