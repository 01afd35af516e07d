// The mail stores that old homes have, each a function of the home and its mail maker. What is made is noted as true.
import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bulkPst, writePstFile } from '../../packages/pst-writer/dist/index.js';
import { ctime } from './mail.mjs';

const KEYWORDS = ['$Forwarded', 'NonJunk', 'invoice', 'family'];

/** The pseudo message of UW-IMAP, which is none. */
function internalData(time) {
  return `From MAILER-DAEMON ${ctime(time)}\nDate: Thu, 01 Jan 2004 00:00:00 +0000\nFrom: Mail System Internal Data <MAILER-DAEMON@mail.example.org>\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1076500800 0000000900 ${KEYWORDS.join(' ')}\nStatus: RO\n\nThis text is part of the internal format of your mail folder.\n\n`;
}

function ownFields(maker, uid) {
  const { random } = maker;
  const keywords = random.chance(0.3) ? random.pick(KEYWORDS) : '';
  return [
    `Status: ${random.chance(0.7) ? 'RO' : 'O'}`,
    `X-Status: ${random.chance(0.2) ? 'A' : ''}${random.chance(0.05) ? 'F' : ''}`,
    `X-Keywords: ${keywords.padEnd(20)}`,
    `X-UID: ${uid}`,
  ];
}

/** `count` messages of an mbox as UW-IMAP left it. */
export function uwMbox(maker, count, { pseudo = false } = {}) {
  const parts = pseudo ? [internalData(Date.UTC(2004, 0, 1))] : [];
  for (let uid = 1; uid <= count; uid++) parts.push(maker.mbox(ownFields(maker, uid)));
  return parts.join('');
}

/** Splits a number of messages over folders, each at least one. */
function split(random, count, folders) {
  const shares = Array.from({ length: folders }, () => 1);
  for (let left = count - folders; left > 0; left--) shares[random.below(folders)] += 1;
  return shares;
}

/** ~/mail with sub-directories in the script of the user, ~/mbox and a spool, as Pine and UW-IMAP made them. */
export function uwTree(home, maker, count) {
  const { random, script } = maker;
  const [first, second] = script.words;
  const names = ['mail/sent-mail', 'mail/saved-messages', `mail/${first}/2003`, `mail/${first}/${second}/Q3`, `mail/projects/boat`];
  const shares = split(random, Math.max(count, names.length + 2), names.length + 2);
  names.forEach((name, index) => {
    home.mailFile(name, uwMbox(maker, shares[index], { pseudo: index === 0 }), { format: 'mbox', messages: shares[index] });
  });
  home.mailFile('mbox', uwMbox(maker, shares.at(-2)), { format: 'mbox', messages: shares.at(-2) });
  home.spoolFile(uwMbox(maker, shares.at(-1)), { messages: shares.at(-1) });
  home.file('mail/empty', '');
  home.file('.mailboxlist', `INBOX\nmail/sent-mail\nmail/${first}/2003\nmail/gone\n`);
  home.sources.push(`mbox:${home.root}:INBOX=${home.spool}`);
}

/** ~/mail in MMDF's form, each message between lines of four control-A. */
export function mmdfTree(home, maker, count) {
  const shares = split(maker.random, Math.max(count, 3), 3);
  ['mail/inbox', 'mail/outbox', 'mail/kept'].forEach((name, index) => {
    const parts = [];
    for (let n = 0; n < shares[index]; n++) {
      const { header, body } = maker.next();
      parts.push(`\x01\x01\x01\x01\n${header}\n${body}\x01\x01\x01\x01\n`);
    }
    home.mailFile(name, parts.join(''), { format: 'mmdf', messages: shares[index] });
  });
  home.sources.push(`mbox:${home.root}/mail`);
}

/** ~/Mail as MH keeps it: a directory a folder, a number a message. */
export function mhTree(home, maker, count) {
  const folders = ['inbox', 'outbox', `archive/${maker.script.words[2]}`];
  const shares = split(maker.random, Math.max(count, folders.length), folders.length);
  folders.forEach((name, index) => {
    const path = home.directory(`Mail/${name}`);
    let number = 0;
    let bytes = 0;
    for (let n = 0; n < shares[index]; n++) {
      number += maker.random.chance(0.2) ? 3 : 1;
      const { text } = maker.file();
      bytes += Buffer.byteLength(text);
      home.file(`Mail/${name}/${number}`, text);
    }
    home.file(`Mail/${name}/.mh_sequences`, `cur: ${number}\nunseen: 1-2\n`);
    home.counts(path, { format: 'mh', messages: shares[index], bytes });
  });
  home.decoy(`Mail/inbox/,3`, maker.file().text, 'deleted by MH');
  home.decoy('.mh_profile', 'Path: Mail\nEditor: vi\n', 'settings');
  home.sources.push(`${home.root}/Mail`);
}

/** ~/Maildir (Maildir++), as a Courier or Dovecot already writes it. */
export function maildir(home, maker, count, root = 'Maildir') {
  const folders = ['', '.Sent', '.Archive.2009', '.Lists'];
  const shares = split(maker.random, Math.max(count, folders.length), folders.length);
  let bytes = 0;
  folders.forEach((folder, index) => {
    const at = folder === '' ? root : `${root}/${folder}`;
    for (const name of ['cur', 'new', 'tmp']) home.directory(`${at}/${name}`);
    if (folder !== '') home.file(`${at}/maildirfolder`, '');
    for (let n = 0; n < shares[index]; n++) {
      const { text, time } = maker.file();
      bytes += Buffer.byteLength(text);
      const seconds = Math.floor(time / 1000);
      const isNew = maker.random.chance(0.1);
      const name = `${seconds}.M${n}P1.old,S=${Buffer.byteLength(text)}`;
      const path = home.file(isNew ? `${at}/new/${name}` : `${at}/cur/${name}:2,${maker.random.chance(0.7) ? 'S' : ''}`, text);
      utimesSync(path, seconds, seconds);
    }
  });
  home.file(`${root}/.Lists/dovecot-acl`, 'group=staff lr\nowner lrwstipekxa\n');
  home.file(`${root}/subscriptions`, 'Sent\nLists\n');
  home.decoy(`${root}/tmp/1234567890.M1P1.old`, maker.file().text, 'half a delivery');
  home.counts(join(home.root, root), { format: 'maildir', messages: shares.reduce((a, b) => a + b), bytes });
  home.sources.push(`maildir:${home.root}/${root}`);
}

const msf = (name) =>
  `// <!-- <mdb:mork:z v="1.4"/> -->\n< <(a=c)> // (f=iso-8859-1)\n  (80=ns:msg:db:row:scope:msgs:all)(B1=folderName)>\n\n<(80=1)(B1=${name})>\n{1:^80 {(k^81:c)(s=9u)}\n  [1(^B1^B1)]}\n`;

/** A profile of Thunderbird, below a hidden directory as it lies on Linux. */
export function thunderbird(home, maker, count) {
  const root = '.thunderbird/k3x9.default';
  const base = `${root}/Mail/pop.example.org`;
  const folders = [`${base}/Inbox`, `${base}/Sent`, `${base}/Inbox.sbd/family`, `${root}/Mail/Local Folders/Archives`];
  const shares = split(maker.random, Math.max(count, folders.length), folders.length);
  home.file(`${root}/prefs.js`, '// Mozilla User Preferences\nuser_pref("mail.account.account1.server", "server1");\n');
  folders.forEach((name, index) => {
    const message = (status) =>
      maker
        .mbox([], [`X-Mozilla-Status: ${status}`, 'X-Mozilla-Status2: 00000000', 'X-Mozilla-Keys:'.padEnd(96)])
        .replace(/^From \S+/, 'From -');
    const parts = Array.from({ length: shares[index] }, () => message(maker.random.chance(0.7) ? '0001' : '0000'));
    // Expunged, and still in the file: read, counted and not delivered.
    if (index === 0) parts.splice(1, 0, message('0009'));
    home.mailFile(name, parts.join(''), { format: 'thunderbird', messages: shares[index] });
    home.decoy(`${name}.msf`, msf(name.split('/').at(-1)), 'index of Thunderbird', 0o600);
  });
  home.file(`${root}/Mail/Local Folders/Unsent Messages`, '');
  home.decoy(`${base}/popstate.dat`, '# POP3 State File\n# This is a generated file!  Do not edit.\n', 'state of Thunderbird');
  home.decoy(`${root}/places.sqlite`, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4096)]), 'a database');
  home.sources.push(`${home.root}/${root}/Mail`);
}

/** What Google Takeout exports. */
export function takeout(home, maker, count) {
  const labels = ['Inbox,Important,Opened', 'Sent,Opened', 'Archived,Unread', 'Inbox,"Work, urgent"'];
  const parts = Array.from({ length: count }, (_, n) => {
    const id = `18443477922671${String(n).padStart(5, '0')}`;
    const { header, body, time } = maker.next([`X-GM-THRID: ${id}`, `X-Gmail-Labels: ${maker.random.pick(labels)}`]);
    const date = ctime(time).replace(/ (\d{4})$/, ' +0000 $1');
    return `From ${id}@xxx ${date}\n${header}\n${body}\n`.replaceAll('\n', '\r\n');
  });
  home.mailFile('Takeout/Mail/All mail Including Spam and Trash.mbox', parts.join(''), { format: 'takeout', messages: count });
  home.decoy('Takeout/archive_browser.html', '<!DOCTYPE html>\n<title>Takeout</title>\n', 'a page');
  home.decoy('Takeout/Mail/User Settings/Filters.json', '{"filter": []}\n', 'settings');
  home.sources.push(`${home.root}/Takeout/Mail`);
}

/** A PST in the folder where Outlook puts it; corrupt on request. */
export function pst(home, maker, count, { isCorrupt = false, variant = 'unicode' } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'make-homes-'));
  const made = join(scratch, 'made.pst');
  const spec = bulkPst(maker.random.below(2 ** 31), {
    messages: count,
    attachmentEvery: 7,
    attachmentSize: [200, 4000],
    textWords: 60,
    folders: 3,
  });
  writePstFile(made, { ...spec, variant, cipher: variant === 'ost4k' ? 'none' : 'permute' });
  const octets = readFileSync(made);
  rmSync(scratch, { recursive: true });
  if (isCorrupt) octets.fill(0xff, Math.floor(octets.length * 0.4), Math.floor(octets.length * 0.6));
  const name = `Documents/Outlook Files/${variant === 'ost4k' ? 'account.ost' : `${home.user}.pst`}`;
  home.mailFile(name, octets, { format: 'pst', messages: isCorrupt ? null : count });
  home.sources.push(join(home.root, name));
}

/** ~/mail with years that somebody compressed. */
export function compressedTree(home, maker, count) {
  const shares = split(maker.random, Math.max(count, 3), 3);
  home.mailFile('mail/current', uwMbox(maker, shares[0]), { format: 'mbox', messages: shares[0] });
  ['mail/1999.gz', 'mail/2001.mbox.gz'].forEach((name, index) => {
    const packed = gzipSync(uwMbox(maker, shares[index + 1]), { level: 6 });
    home.mailFile(name, packed, { format: 'mbox', messages: shares[index + 1], compression: 'gzip' });
  });
  home.decoy(
    'mail/photos.gz',
    gzipSync(Buffer.from('GIF89a not mail at all, only long enough to be something\n'.repeat(20))),
    'compressed, not mail',
  );
  home.sources.push(`mbox:${home.root}/mail`);
}

/** One message a file, as somebody dragged them out of a mail program. */
export function emlFiles(home, maker, count) {
  for (let n = 0; n < count; n++) {
    const { text } = maker.file();
    home.mailFile(`Documents/letters/${maker.script.words[n % 5]} ${n}.eml`, text.replaceAll('\n', '\r\n'), { format: 'eml', messages: 1 });
  }
  home.sources.push(`${home.root}/Documents/letters`);
}
