import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { surveyHome } from '../src/index.js';

const home = mkdtempSync(join(tmpdir(), 'mailferry-sharing-'));
afterAll(() => rmSync(home, { recursive: true }));
const MBOX = 'From a@b.org Thu Jan  2 12:00:00 2003\nFrom: a@b.org\nSubject: s\n\nThe ferry leaves at noon.\n\n';

async function sharingNotes(): Promise<string[]> {
  const { notes } = await surveyHome({ user: 'ann', home, target: `maildir:${home}/Maildir` }, {});
  return notes.filter(({ kind }) => kind === 'sharedFolder').map(({ text }) => text);
}

// A file can only be given to a group that one is in: root can take any.
describe.runIf(process.getuid?.() === 0)('sharing by the mode of files', () => {
  it('is noted where another group than that of the home may read', async () => {
    mkdirSync(join(home, 'mail'));
    for (const name of ['own', 'team', 'closed']) writeFileSync(join(home, 'mail', name), MBOX);
    for (const name of ['own', 'team']) chmodSync(join(home, 'mail', name), 0o640);
    chmodSync(join(home, 'mail/closed'), 0o600);
    expect(await sharingNotes()).toEqual([]);
    for (const name of ['team', 'closed']) chownSync(join(home, 'mail', name), statSync(home).uid, 4343);
    expect(await sharingNotes()).toEqual([`shared with another group by their mode, which does not move: ${home}/mail/team`]);
  });
});
