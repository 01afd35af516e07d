import { describe, expect, it } from 'vitest';
import type { Job } from '../src/job.js';
import { chooseJobs, lookAtWindow, parseShard, parseWindow, shardOf } from '../src/schedule.js';

const job = (id: string, more: Partial<Job> = {}): Job => ({
  id,
  user: id,
  sources: [],
  target: `/${id}`,
  priority: 0,
  options: {},
  ...more,
});

describe('the choice of jobs', () => {
  it('takes groups and priorities, the urgent first, then the long', () => {
    const jobs = [
      job('a', { group: 'pilot' }),
      job('b', { priority: 5, group: 'pilot' }),
      job('c', { expected: { bytes: 9e9 } }),
      job('d', { expected: { seconds: 500 } }),
      job('e', { priority: 5, expected: { seconds: 1 } }),
    ];
    expect(chooseJobs(jobs).map(({ id }) => id)).toEqual(['e', 'b', 'd', 'c', 'a']);
    expect(chooseJobs(jobs, { groups: ['pilot'] }).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(chooseJobs(jobs, { priority: 5 }).map(({ id }) => id)).toEqual(['e', 'b']);
    expect(chooseJobs(jobs, { groups: ['nobody'] })).toEqual([]);
  });

  it('parts a manifest: every user in one part, the same one in every manifest', () => {
    const jobs = Array.from({ length: 500 }, (_, number) => job(`user${number}`));
    const parts = Array.from({ length: 16 }, (_, index) => chooseJobs(jobs, { shard: { part: index + 1, of: 16 } }));
    expect(
      parts
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(jobs.map(({ id }) => id).sort());
    for (const part of parts) expect(part.length).toBeGreaterThan(10);
    expect(shardOf('ann', 16)).toBe(shardOf('ann', 16));
    const both = [job('ann'), job('ann#2', { user: 'ann' })];
    expect([0, 2]).toContain(chooseJobs(both, { shard: { part: 1, of: 2 } }).length);
    expect(parseShard('3/16')).toEqual({ part: 3, of: 16 });
    for (const bad of ['0/4', '5/4', '1', 'a/b', '1/0', '-1/4'])
      expect(() => parseShard(bad)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('the hours of a batch', () => {
  const at = (hour: number, minute = 0): number => new Date(2026, 2, 10, hour, minute).getTime();
  const moment = (hour: number, day = 10, minute = 0): number => new Date(2026, 2, day, hour, minute).getTime();

  it('span midnight', () => {
    const night = parseWindow('22:00-06:00');
    expect(lookAtWindow(night, at(23))).toEqual({ isOpen: true, until: moment(6, 11) });
    expect(lookAtWindow(night, at(5, 59))).toEqual({ isOpen: true, until: moment(6) });
    expect(lookAtWindow(night, at(6))).toEqual({ isOpen: false, until: moment(22) });
    expect(lookAtWindow(night, at(21, 59))).toEqual({ isOpen: false, until: moment(22) });
    expect(lookAtWindow(night, at(22)).isOpen).toBe(true);
  });

  it('lie within a day', () => {
    const lunch = parseWindow('12:15-13:00');
    expect(lookAtWindow(lunch, at(12))).toEqual({ isOpen: false, until: moment(12, 10, 15) });
    expect(lookAtWindow(lunch, at(12, 15))).toEqual({ isOpen: true, until: moment(13) });
    expect(lookAtWindow(lunch, at(14))).toEqual({ isOpen: false, until: moment(12, 11, 15) });
    expect(lookAtWindow(parseWindow('20:00-24:00'), at(21))).toEqual({ isOpen: true, until: moment(0, 11) });
  });

  it('are two times of the day', () => {
    for (const bad of ['22-6', '22:00', '25:00-06:00', '22:60-06:00', '10:00-10:00', '22:00-06:00x', '24:00-06:00'])
      expect(() => parseWindow(bad)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
