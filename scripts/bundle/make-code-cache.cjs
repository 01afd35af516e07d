// usage: node make-code-cache.js      keeps the code that V8 makes of this bundle, for the Node that runs this (ADR 0099)
//
// `npm run build` does it. Do it again, as the owner of the installation, when Node has changed: a batch then needs less processor time a user.
// It runs what short runs run (a door's help, a job of a batch, again unchanged) on some letters of its own: what has run is what is kept.
'use strict';
const { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const v8 = require('node:v8');
const { load, keepCode } = require('./load.js');

const LETTERS = `From ann@example.org Thu Jan  1 10:00:00 2015
From: Ann <ann@example.org>
To: =?UTF-8?B?QmrDtnJu?= <bjoern@example.org>
Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=
Date: Thu, 1 Jan 2015 10:00:00 +0100
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"
X-UID: 7
X-IMAPbase: 1420102800 9 Work
Status: RO
X-Status: AF
X-Keywords: Work

--b
Content-Type: text/plain; charset=utf-8

>From the first line on.
--b
Content-Type: application/octet-stream; name="a.bin"
Content-Transfer-Encoding: base64

AAECAwQF
--b--

From bob@example.org Fri Jan  2 11:00:00 2015
From: bob@example.org
Subject: two
Date: Fri, 2 Jan 2015 11:00:00 +0100
Message-ID: <2@example.org>
X-UID: 8
Status: O

Text.

`;

async function main() {
  process.umask(0o022);
  // V8 takes code only where its flags are those under which it was made: what a run sets for itself would be among them.
  v8.setFlagsFromString = () => undefined;
  const home = mkdtempSync(join(tmpdir(), 'mailferry-code-'));
  try {
    mkdirSync(join(home, 'mail/lists'), { recursive: true });
    for (const name of ['mail/sent', 'mail/lists/one', 'inbox']) writeFileSync(join(home, name), LETTERS);
    writeFileSync(join(home, 'mail/empty'), '');
    await runAll(home);
    process.umask(0o022);
    keepCode();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function runAll(home) {
  const mbox = `mbox:${join(home, 'mail')}:INBOX=${join(home, 'inbox')}`;
  const { main: door } = load('program.js');
  await quietly(() => door([process.execPath, 'mailferry', 'convert', '--quiet', mbox, `maildir:${join(home, 'one')}`]));
  // The process of a job, as it is when it has taken its user.
  const { runJob } = load(readdirSync(__dirname).find((name) => /^convert-[\w-]{8}\.js$/u.test(name))).job_run_exports;
  const order = { command: 'convert', args: [mbox, `maildir:${join(home, 'Maildir')}`], flags: {}, lanes: 0, ownFilesOnly: true };
  for (let run = 0; run < 3; run += 1) await runJob(order, async () => undefined);
  process.exitCode = 0;
}

/** Without what a command prints. */
async function quietly(run) {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    await run();
  } finally {
    process.stdout.write = write;
  }
}

void main();
