import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examine } from '../src/doctor.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const outcome = (target: string, check: string, options = {}) =>
  examine(target, options).find((finding) => finding.check === check)?.outcome;

describe('examine', () => {
  it('finds a healthy place healthy, and leaves nothing behind', () => {
    expect(examine(join(folder, 'deep', 'Maildir')).filter((finding) => finding.outcome === 'failure')).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells what is at the target', () => {
    expect(outcome(join(folder, 'none'), 'target')).toBe('ok');
    writeFileSync(join(folder, 'file'), '');
    expect(outcome(join(folder, 'file'), 'target')).toBe('failure');
    symlinkSync(folder, join(folder, 'link'));
    expect(outcome(join(folder, 'link'), 'target')).toBe('failure');
    expect(outcome(folder, 'target')).toBe('warning');
    mkdirSync(join(folder, 'M', 'cur'), { recursive: true });
    mkdirSync(join(folder, 'M', 'new'));
    expect(outcome(join(folder, 'M'), 'target')).toBe('ok');
  });

  it('says when there is no room', () => {
    expect(outcome(folder, 'space', { bytes: 2 ** 60 })).toBe('failure');
    expect(outcome(folder, 'space', { bytes: 1 })).toBe('ok');
  });

  it('says where no folder can be made, whatever the system gives as its reason', () => {
    expect(outcome('/proc', 'writable')).toBe('failure');
  });

  it('gives a help for all that is not well', () => {
    for (const finding of examine(folder, { bytes: 2 ** 60, messages: 2 ** 60 }))
      expect(finding.outcome === 'ok' || finding.help !== undefined).toBe(true);
  });
});
