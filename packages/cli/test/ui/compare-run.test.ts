import { decorateStore, type MailStore, openStore } from '@mailferry/core';
import { expect, it } from 'vitest';
import { compare } from '../../src/ui/compare-run.js';
import { Output, type OutputEvent } from '../../src/ui/output.js';
import { Settings } from '../../src/ui/settings.js';
import { HOME_FIXTURE } from '../run-program.js';

/** What a signal from outside does, for those alone who listen since `known` was taken. */
function interrupt(known: readonly unknown[]): void {
  for (const listener of process.listeners('SIGINT')) if (!known.includes(listener)) listener('SIGINT');
}

it.each([
  ['the source is read', 0],
  ['the target is read', 1],
  ['signatures are counted', 2],
] as const)('a signal while %s leaves no verdict but that nothing is proved', async (_, at) => {
  const known = process.listeners('SIGINT');
  const events: OutputEvent[] = [];
  const settings = new Settings([], new Map([['quiet', { value: true, origin: 'flag' as const }]]));
  const output = new Output(settings, {}, (event) => events.push(event));
  const open = async (index: number): Promise<MailStore> =>
    decorateStore(await openStore(HOME_FIXTURE), {
      folder: (folder) => {
        if (index === at) interrupt(known);
        return folder;
      },
    });
  await using source = await open(0);
  await using target = await open(1);
  await using asItLies = await open(2);
  const status = await compare({ output }, { source, target, verdictType: 'summary' }, { ledger: undefined, asItLies });
  expect(status).toBe(130);
  expect(events.at(-1)).toMatchObject({ type: 'summary', exitStatus: 130, interrupted: true });
  expect(process.listeners('SIGINT')).toEqual(known);
});
