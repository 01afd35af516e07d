import { describe, expect, it } from 'vitest';
import { estimateBatch, estimateHome, type HomeSurvey, MANIFEST_HEADER, manifestRow, parseManifest, ratesOf } from '../src/index.js';
import { sourcesOf } from '../src/survey-sources.js';

const HOME: HomeSurvey = {
  user: 'ann',
  home: '/home/ann',
  sources: ['mbox:/home/ann/mail:INBOX=/var/mail/ann', '/home/ann/old; "100%u".pst'],
  target: 'maildir:/home/ann/Maildir',
  messages: 1000,
  bytes: 2_000_000,
  isEstimate: false,
  formats: { pst: { files: 1, messages: 100, bytes: 5 } },
  mail: [],
  notMail: [],
  otherFiles: {},
  flags: {},
  keywords: {},
  charsets: {},
  sampled: 0,
  settings: [],
  notes: [],
  files: 0,
  directories: 0,
  bytesRead: 0,
  pstSeconds: 0.01,
  seconds: 3.25,
};

describe('the manifest of a survey', () => {
  it('is read back by batch with the same sources, whatever is in a name', () => {
    const [job] = parseManifest(MANIFEST_HEADER + manifestRow(HOME, 'pilot'), { path: 'm.csv' });
    expect(job).toMatchObject({
      user: 'ann',
      sources: HOME.sources,
      target: HOME.target,
      group: 'pilot',
      expected: { messages: 1000, bytes: 2_000_000 },
    });
  });

  it('has a comment for who has nothing to move, and for what cannot be written', () => {
    expect(manifestRow({ ...HOME, sources: [] })).toBe('# ann: nothing to move\n');
    expect(manifestRow({ ...HOME, sources: ['/home/ann/a\\', '/home/ann/b'] })).toMatch(/^# ann: /u);
  });
});

describe('the estimate', () => {
  it('finds the rates that the samples were made from', () => {
    const seconds = (messages: number, bytes: number): number => 0.5 + messages * 0.001 + bytes * 1e-8;
    const sample = (messages: number, bytes: number) => ({ messages, bytes, seconds: seconds(messages, bytes) });
    const rates = ratesOf({ least: { messages: 0, bytes: 0, seconds: 0.5 }, small: sample(2500, 5e6), large: sample(120, 2e7) });
    expect(rates.start).toBeCloseTo(0.5);
    expect(rates.perMessage).toBeCloseTo(0.001);
    expect(rates.perOctet).toBeCloseTo(1e-8);
    expect(estimateHome(HOME, rates)).toBeCloseTo(seconds(1000, 2_000_000) + 100 * 0.01);
  });

  it('is never negative, and never less than the longest job', () => {
    const rates = ratesOf({
      least: { messages: 1, bytes: 1, seconds: 2 },
      small: { messages: 10, bytes: 9, seconds: 1 },
      large: { messages: 1, bytes: 99, seconds: 1 },
    });
    expect([rates.perMessage, rates.perOctet]).toEqual([0, 0]);
    expect(estimateBatch([1, 1, 1, 1], 2)).toBe(2);
    expect(estimateBatch([10, 1, 1], 2)).toBe(10);
    expect(estimateBatch([], 2)).toBe(0);
  });
});

describe('sources', () => {
  const mail = (kind: 'mbox' | 'mh' | 'maildir' | 'pst', ...paths: string[]) => paths.map((path) => ({ kind, path, isTarget: false }));
  const places = { home: '/home/ann', spool: '/var/mail/ann', isHome: false };

  it('name a tree by its top, with the spool as its INBOX', () => {
    const found = sourcesOf(
      mail('mbox', '/home/ann/mail/a', '/home/ann/mail/b/c', '/home/ann/old/2003/x', '/home/ann/old/2004/y', '/var/mail/ann'),
      places,
    );
    expect(found.sources).toEqual(['mbox:/home/ann/mail:INBOX=/var/mail/ann', 'mbox:/home/ann/old']);
  });

  it('name a home as a home, and what lies at its top by itself where it is none', () => {
    const all = mail('mbox', '/home/ann/mbox', '/home/ann/mail/a');
    expect(sourcesOf(all, { ...places, isHome: true })).toEqual({ sources: ['mbox:/home/ann'], toInbox: [] });
    expect(sourcesOf(mail('mbox', '/home/ann/mbox', '/var/mail/ann'), places)).toEqual({
      sources: ['mbox:/var/mail/ann', 'mbox:/home/ann/mbox'],
      toInbox: ['/home/ann/mbox'],
    });
  });

  it('double a percent sign, and avoid a colon where it would end the path', () => {
    expect(sourcesOf(mail('mbox', '/home/ann/100%/a'), places).sources).toEqual(['mbox:/home/ann/100%%']);
    expect(sourcesOf(mail('mbox', '/home/ann/a:b/c', '/var/mail/ann'), places).sources).toEqual(['/home/ann/a:b', '/var/mail/ann']);
    expect(sourcesOf(mail('maildir', '/home/ann/Old'), places).sources).toEqual(['maildir:/home/ann/Old']);
  });
});
