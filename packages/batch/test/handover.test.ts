import { expect, it } from 'vitest';
import { ARTEFACTS, buildBatchReport, type JobStatus, planHandOver } from '../src/index.js';
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

it('leaves out a user of whom one job is not done, also where another group was asked for', () => {
  const { jobs, second } = withSecondJob({ state: 'failed' });
  const { handOver, notDone } = planHandOver({ ...state, jobs }, buildBatchReport({ ...state, jobs }, jobReport), facts);
  expect(handOver.users.map(({ user }) => user)).not.toContain(second.user);
  expect(notDone.filter(({ user }) => user === second.user)).toEqual([{ user: second.user, state: 'failed' }]);
  const others = planHandOver({ ...state, jobs }, buildBatchReport({ ...state, jobs }, jobReport), { ...facts, groups: ['pilot'] });
  expect(others.handOver.users.map(({ user }) => user)).not.toContain(second.user);
});

it('calls nothing an mbox where a user has jobs of several formats', () => {
  const { jobs, second } = withSecondJob({ state: 'done', report: 'maildir' });
  const reportOf = (path: string): unknown => (path === 'maildir' ? { source: { format: 'maildir' } } : { source: { format: 'mbox' } });
  const { handOver } = planHandOver({ ...state, jobs }, buildBatchReport({ ...state, jobs }, reportOf), facts);
  expect(handOver.users.find(({ user }) => user === second.user)).toMatchObject({
    format: 'mbox,maildir',
    sources: [expect.anything(), '/old/Maildir'],
  });
  const namespaces = ARTEFACTS.find(({ file }) => file === 'dovecot-old-mail.conf')?.render(handOver);
  expect(namespaces).toContain('location = mbox:');
  expect(namespaces).not.toContain('/old/Maildir');
});

/** The sample with a second job, of another group, for its first user. */
function withSecondJob(change: Partial<JobStatus>): { jobs: ReadonlyMap<string, JobStatus>; second: JobStatus } {
  const first = [...state.jobs.values()][0] ?? expect.fail('no job');
  const plan = { ...(first.plan ?? expect.fail('no plan')), id: `${first.job}#2`, sources: ['/old/Maildir'], group: 'later' };
  const second: JobStatus = { ...first, ...change, job: plan.id, plan };
  return { jobs: new Map([...state.jobs, [second.job, second]]), second };
}
