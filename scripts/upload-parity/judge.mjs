// What an account has to hold after an upload, by what the source was made of, and what differs.
import { isDeepStrictEqual } from 'node:util';
import { printable } from '@mailferry/core';
import { crlf, sha256 } from './source.mjs';

const EARLIEST = 1;
const LATEST = 0x7fff_ffff;
/** docs/formats/imap.md: which keywords are sent. */
const ATOM = /^[A-Za-z0-9$][A-Za-z0-9!#$&'+,./:;<=>?@^_`|-]*$/;
const SYSTEM = new Set(['\\seen', '\\answered', '\\flagged', '\\draft', '\\deleted']);
const lower = (flags) => flags.map((flag) => flag.toLowerCase()).sort();

/** What the kinds of servers make of octets (docs/formats/imap.md, "Servers"); undefined when the message is not taken. */
function stored(octets, { kind }) {
  const wire = crlf(octets);
  if (wire.length === 0) return undefined;
  if (kind === 'courier') {
    const text = wire.toString('latin1').replace(/\r(?!\n)/g, '');
    return Buffer.from(wire.at(-1) === 10 ? text : `${text}\r\n`, 'latin1');
  }
  if (kind !== 'dovecot') return wire;
  const text = wire
    .toString('latin1')
    .replaceAll('\0', '\x80')
    .replace(/\r\r\n/g, '\r\n');
  return Buffer.from(text.endsWith('\r') ? text.slice(0, -1) : text, 'latin1');
}

/** A message of the source as the account has to hold it. */
export function expected({ octets, flags, seconds }, server, now) {
  const wire = stored(octets, server);
  const kept = flags.filter(
    (flag) => SYSTEM.has(flag.toLowerCase()) || (ATOM.test(flag) && flag.length <= (server.kind === 'cyrus' ? 200 : 50)),
  );
  const clamped = Math.min(Math.max(Math.floor(seconds), EARLIEST), LATEST);
  return {
    sha256: wire === undefined ? undefined : sha256(wire),
    isAltered: wire !== undefined && !wire.equals(crlf(octets)),
    flags: lower([...new Set(kept)]),
    isDropped: kept.length < flags.length,
    seconds: server.kind === 'dovecot' && clamped > now + 60 ? 'now' : clamped,
    size: wire?.length ?? 0,
  };
}

const fits = (message, truth, now) =>
  message.sha256 === truth.sha256 &&
  lower(message.flags).join(' ') === truth.flags.join(' ') &&
  (truth.seconds === 'now' ? Math.abs(message.seconds - now) < 3600 : message.seconds === truth.seconds);

/** Where the program says that it put each folder: source path joined by `/` → name in the account, by its issues. */
function toldNames(events) {
  const told = new Map();
  for (const { type, code, note } of events) {
    if (type !== 'issue' || !['IMAP_FOLDER_RENAMED', 'IMAP_FOLDER_MAPPED'].includes(code)) continue;
    const at = note.indexOf(' → ');
    const rest = note.slice(at + 3);
    told.set(note.slice(0, at), {
      code,
      name: code === 'IMAP_FOLDER_MAPPED' ? rest.slice(0, rest.lastIndexOf(' (')) : rest.slice(0, rest.lastIndexOf(': ')),
    });
  }
  return told;
}

/** The mailbox of each folder of the source, as on the wire; a line for each that is in none, or shares one. */
function places(folders, account, told, prefix) {
  const byName = new Map(Object.entries(account.boxes).map(([wire, { name }]) => [printable(name), wire]));
  const found = new Map();
  const faults = [];
  for (const { path } of folders) {
    const key = path.join('/');
    const isInbox = path[0].toUpperCase() === 'INBOX';
    const plain = [...(isInbox ? ['INBOX'] : []), ...path.slice(isInbox ? 1 : 0)].join(account.delimiter);
    const name = told.get(key)?.name ?? printable(plain === 'INBOX' || plain.startsWith(prefix) ? plain : prefix + plain);
    const wire = byName.get(name) ?? byName.get(name.normalize('NFC'));
    if (wire === undefined) faults.push(`folder ${JSON.stringify(key)} is not there as ${JSON.stringify(name)}`);
    else if ([...found.values()].includes(wire)) faults.push(`folder ${JSON.stringify(key)} is in ${wire} like another`);
    else found.set(key, wire);
  }
  return { found, faults };
}

/**
 * Differences of one mailbox. `before` was there (UIDs, octets, flags and dates have to stay, and what the source has too must not be there again);
 * of the others each has to be a message of the source.
 */
function boxFaults(label, { messages, before, truth, now }) {
  const rest = new Map(messages.map((message) => [message.uid, message]));
  const faults = before
    .filter((was) => !isDeepStrictEqual(rest.get(was.uid), was))
    .map((was) => `${label}: UID ${was.uid} was ${JSON.stringify(was)}, is ${JSON.stringify(rest.get(was.uid))}`);
  for (const { uid } of before) rest.delete(uid);
  const wanted = truth.filter(({ sha256: hash }) => hash !== undefined);
  const open = [...wanted];
  for (const message of rest.values()) {
    const at = open.findIndex((one) => fits(message, one, now));
    if (at >= 0) open.splice(at, 1);
    else faults.push(`${label}: of no message of the source: ${JSON.stringify(message)}`);
  }
  // What was there answers for a message of the source: as many as were there, no more are sent.
  const countOf = (all, hash) => all.filter((one) => one.sha256 === hash).length;
  for (const hash of new Set([...messages, ...wanted].map((one) => one.sha256))) {
    const [count, total] = [countOf(messages, hash), Math.max(countOf(before, hash), countOf(wanted, hash))];
    if (count !== total)
      faults.push(`${label}: ${count} instead of ${total} of ${JSON.stringify(wanted.find((one) => one.sha256 === hash))}`);
  }
  return faults;
}

/** Differences of a whole account; counts what was compared. */
export function accountFaults({ source, before, after, events, wanted, prefix, now }, totals) {
  const { found, faults } = places(source.folders, after, toldNames(events), prefix);
  const used = new Set(found.values());
  for (const [key, wire] of found) {
    const [{ messages }, was, truth] = [after.boxes[wire], before.boxes[wire]?.messages ?? [], wanted.get(key) ?? []];
    faults.push(...boxFaults(`${key} in ${wire}`, { messages, before: was, truth, now }));
    totals.folders++;
    totals.messages += truth.length;
    totals.prefilled += was.length;
  }
  for (const [wire, box] of Object.entries(after.boxes)) {
    const isParent = before.boxes[wire] === undefined && box.messages.length === 0 && [...used].some((other) => other.startsWith(wire));
    if (!used.has(wire) && !isParent && !isDeepStrictEqual(before.boxes[wire], box))
      faults.push(`${wire} changed or was made, and is nobody's`);
  }
  for (const path of source.subscribed) {
    const wire = found.get(path.join('/'));
    if (wire !== undefined && !after.subscribed.includes(wire)) faults.push(`${wire} is not subscribed`);
  }
  return faults;
}

/** What the reports say, against what is. */
export function bookFaults(wanted, { dry, real, isPlain }) {
  const flat = [...wanted.values()].flat();
  const refused = flat.filter(({ sha256: hash }) => hash === undefined).length;
  const sums = real.summary?.totals;
  if (sums === undefined) return [`no summary: ${real.words.slice(-500)}`];
  const faults = [];
  if (sums.read !== flat.length || sums.failed !== refused)
    faults.push(`${sums.read} read of ${flat.length}, ${sums.failed} failed of ${refused}`);
  if (!isPlain) return faults;
  const said = ({ summary = {}, words }) =>
    `${JSON.stringify(summary.totals ?? words)} ${JSON.stringify(Object.entries(summary.issues ?? {}).sort())}`;
  if (said(dry) !== said(real)) faults.push(`foreseen ${said(dry)}, happened ${said(real)}`);
  const issues = real.summary.issues ?? {};
  const counts = { IMAP_MESSAGE_ALTERED: 'isAltered', IMAP_FLAG_DROPPED: 'isDropped' };
  for (const [code, trait] of Object.entries(counts)) {
    const most = flat.filter((one) => one[trait]).length;
    if ((issues[code] ?? 0) > most) faults.push(`${code} ${issues[code]} times instead of ${most}`);
    if (sums.alreadyPresent === 0 && (issues[code] ?? 0) < most) faults.push(`${code} only ${issues[code]} times instead of ${most}`);
  }
  return faults;
}

/** `verify` misses only what was refused; mail that was there keeps its own date, which it says. */
export function verifyFaults(wanted, verify) {
  const refused = [...wanted.values()].flat().filter(({ sha256: hash }) => hash === undefined).length;
  const { failures, counts = {} } = verify.summary ?? {};
  if (failures === refused + (counts.date ?? 0) && (counts.missing ?? 0) === refused) return [];
  const odd = verify.events.filter(({ kind }) => kind !== undefined && !['date', 'flagsByUser', 'alteredByServer'].includes(kind));
  return [`verify: ${verify.status} ${JSON.stringify(counts)}, ${refused} refused: ${JSON.stringify(odd)} ${verify.words.slice(-300)}`];
}

/** After `undo`: all that is not of the upload, and of that what the user has changed since. */
export function undoFaults({ before, after, changed, restored }) {
  const wires = Object.keys(changed.boxes);
  return wires.flatMap((wire) => {
    const [was, then, is] = [before, after, changed].map(({ boxes }) => boxes[wire]?.messages ?? []);
    const old = new Set(was.map(({ uid }) => uid));
    const ours = new Map(then.filter(({ uid }) => !old.has(uid)).map((one) => [one.uid, one]));
    const wanted = is.filter((one) => !ours.has(one.uid) || !isDeepStrictEqual(one, ours.get(one.uid)));
    const isKept = before.boxes[wire] !== undefined || wanted.length > 0;
    const hasBelow = Object.keys(restored.boxes).some((other) => other !== wire && other.startsWith(wire));
    if (!isKept && restored.boxes[wire] !== undefined && !hasBelow) return [`undo leaves the folder ${wire}`];
    const found = restored.boxes[wire]?.messages ?? [];
    return isDeepStrictEqual(wanted, found) ? [] : [`undo leaves ${JSON.stringify(found)} in ${wire} instead of ${JSON.stringify(wanted)}`];
  });
}
