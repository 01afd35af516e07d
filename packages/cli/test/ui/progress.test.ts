import { expect, it } from 'vitest';
import { Output, type OutputEvent } from '../../src/ui/output.js';
import { ProgressView } from '../../src/ui/progress.js';
import { Settings } from '../../src/ui/settings.js';

it('guesses the time to go by the pace since the first message, not by what was done before', () => {
  const events: OutputEvent[] = [];
  const settings = new Settings([], new Map([['json', { value: true, origin: 'flag' as const }]]));
  let now = 0;
  const view = new ProgressView(new Output(settings, {}, (event) => events.push(event)), settings, () => now);
  const at = (seconds: number, bytesRead: number) => {
    now = seconds * 1000;
    view.update({ messages: 1, bytesRead, bytesTotal: 1_000_000, folder: undefined });
  };
  // A minute for making folders, then 10,000 octets a second.
  at(60, 2000);
  at(62, 22_000);
  at(70, 102_000);
  at(80, 202_000);
  expect(events.map(({ secondsLeft }) => secondsLeft)).toEqual([undefined, undefined, 90, 80]);
  expect(events.at(-1)?.['bytesPerSecond']).toBe(10_000);
});
