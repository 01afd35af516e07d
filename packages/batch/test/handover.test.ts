import { expect, it } from 'vitest';
import { ARTEFACTS, buildBatchReport, planHandOver } from '../src/index.js';
import { sampleBatch } from './sample-batch.js';

const { state, jobReport } = sampleBatch(120);
const report = buildBatchReport(state, jobReport);
const facts = { newHost: 'imap.example.org', virtualDomain: 'new.example.org', domain: 'example.org', groups: [] };

it('hands over who is done, and says who is not', () => {
  const { handOver, notDone, notRepresentable } = planHandOver(state, report, facts);
  expect(handOver.users.length).toBe(report.users.done);
  expect(notDone.length).toBe(120 - report.users.done);
  expect(notRepresentable).toEqual([]);
  expect(handOver.users[0]).toMatchObject({ user: 'user001', address: 'user001@example.org', group: 'pilot' });
  expect(handOver.users.flatMap(({ byHand = [] }) => byHand).some((line) => line.startsWith('7 contacts'))).toBe(true);
});

it('takes only the groups that were asked for', () => {
  const { handOver } = planHandOver(state, report, { ...facts, groups: ['pilot'] });
  expect(new Set(handOver.users.map(({ group }) => group))).toEqual(new Set(['pilot']));
});

it('leaves out, and names, a user whose name would mean something else in a table', () => {
  const first = [...state.jobs.values()][0] ?? expect.fail('no job');
  const hostile = { ...first, job: 'ann x', user: 'ann x' };
  const jobs = new Map([...state.jobs, ['ann x', hostile] as const]);
  const { handOver, notRepresentable } = planHandOver({ ...state, jobs }, buildBatchReport({ ...state, jobs }, jobReport), facts);
  expect(notRepresentable.map(({ user }) => user)).toEqual(['ann x']);
  for (const artefact of ARTEFACTS) expect(artefact.render(handOver)).not.toContain('ann x');
});
