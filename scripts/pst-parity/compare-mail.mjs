// What differs between a mail as it was made and as Python's email read it, in words.
import { isDeepStrictEqual } from 'node:util';
import { oneLine } from './words.mjs';

const squeeze = (text) => text.replace(/\s+/gu, '');
const lines = (text) => text.replace(/\r\n?/g, '\n').replace(/\s+$/, '');
const visible = (html) =>
  html
    .replace(/<(?:style|title|head)\b[\s\S]*?<\/(?:style|title|head)>/gi, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&[en][bm]sp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

// Python puts a blank between two encoded words of a name.
/** Both from a little before the first letter that differs. */
function apart(made, read) {
  let at = 0;
  while (at < made.length && made[at] === read[at]) at++;
  const part = (text) => JSON.stringify(text.slice(Math.max(0, at - 30), at + 60));
  return `at ${at}: ${part(made)} became ${part(read)}`;
}

/** HTML that was made anew says its own charset. */
const meta = (html) => html.replace(/charset=[\w-]+/, 'charset=').replace(/&([lr][sd]quo|[mn]dash);/g, (_, name) => QUOTES[name]);
const QUOTES = { lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', mdash: '—', ndash: '–' };
const nameOf = (name) => squeeze(oneLine(name).replace(/^'([^']*)'$/, '$1'));
const same = (name, address) => nameOf(name) === '' || nameOf(name) === address;

function people(field, made, read, say) {
  const expected = made.map(([name, address]) => [nameOf(name), address]);
  const found = read.map(([name, address]) => [nameOf(name), address]);
  if (expected.length !== found.length)
    return say(`${field}: ${expected.length} became ${found.length}: ${JSON.stringify(expected)} ${JSON.stringify(found)}`);
  for (const [i, [name, address]] of expected.entries()) {
    const [readName, readAddress] = found[i];
    if (address.toLowerCase() !== readAddress.toLowerCase()) say(`${field} ${i}: ${address} became ${readAddress}`);
    if (name !== readName && !(same(name, address) && same(readName, readAddress)))
      say(`${field} ${i}: ${JSON.stringify(name)} became ${JSON.stringify(readName)}`);
  }
}

function htmlDifferences(made, html, say) {
  if (made.html !== undefined) {
    if (!html) say('no text/html');
    else if (meta(lines(html.text)) !== meta(lines(made.html)))
      say(`html (${made.kind}) ${apart(meta(lines(made.html)), meta(lines(html.text)))}`);
  } else if (made.isNative) {
    const [shown, words] = [squeeze(visible(html?.text ?? '')), squeeze(made.words)];
    if (!shown.includes(words)) say(`native rtf ${apart(words, shown)}`);
  } else if (html) say(`html from nowhere (${made.kind})`);
}

function textDifferences(made, text, say) {
  if (!text) return say('no text/plain');
  // A text that is made of HTML has its words, with blanks of its own.
  const isThere = made.text === undefined ? squeeze(text.text).includes(squeeze(made.words)) : lines(text.text) === lines(made.text);
  if (!isThere) say(`text (${made.kind}) ${apart(lines(made.text ?? made.words), lines(text.text))}`);
}

function bodies(made, leaves, say) {
  const parts = leaves.filter(({ disposition, type, name }) => type.startsWith('text/') && disposition !== 'attachment' && !name);
  for (const { type, undecodable } of parts) if (undecodable) say(`${type}: ${undecodable}`);
  if (made.words === undefined) {
    if (parts.some(({ text }) => text.trim() !== '')) say(`a body from nowhere: ${JSON.stringify(parts)}`);
    return;
  }
  textDifferences(
    made,
    parts.find(({ type }) => type === 'text/plain'),
    say,
  );
  htmlDifferences(
    made,
    parts.find(({ type }) => type === 'text/html'),
    say,
  );
}

/** How surely a file can be told from others: mails by their subject, links by their text, files by octets and name, then by octets alone. */
const SURE = [({ mail, note }) => mail || note, ({ name }) => name !== undefined, () => true];
const rankOf = (file) => SURE.findIndex((is) => is(file));
const isNamed = (file, { name }) => file.name === undefined || oneLine(name ?? '') === file.name;

/** True for the part that a file became; a mail that was attached as a file can be read as a mail there, too. */
function isPart(file, leaf) {
  if (file.mail) return leaf.mail !== undefined && oneLine(leaf.mail.subject ?? '') === oneLine(file.mail.subject);
  if (file.note) return leaf.text?.includes(file.note) === true;
  return isNamed(file, leaf) && (leaf.sha256 === file.sha256 || leaf.mail?.subject === 'a mail');
}

function files(made, leaves, say) {
  const rest = leaves.filter(
    ({ name, disposition, type, cid }) => name || disposition === 'attachment' || type === 'message/rfc822' || cid,
  );
  for (const file of [...made.files].sort((a, b) => rankOf(a) - rankOf(b))) {
    const at = rest.findIndex((leaf) => isPart(file, leaf));
    if (at < 0) {
      say(
        `file is missing: ${JSON.stringify(file).slice(0, 300)} of ${JSON.stringify(rest.map(({ name, type, size }) => [name, type, size]))}`,
      );
      continue;
    }
    const [leaf] = rest.splice(at, 1);
    if (file.mail) differences(file.mail, leaf.mail, (words) => say(`embedded: ${words}`));
    if (file.cid && (leaf.cid !== file.cid || !leaf.related)) say(`cid ${file.cid} became ${leaf.cid}, related ${leaf.related}`);
  }
  const left = rest.filter(({ name }) => !(made.isNative && name === 'body.rtf'));
  if (left.length > 0) say(`files from nowhere: ${JSON.stringify(left.map(({ name, type }) => [name, type]))}`);
}

function headDifferences(made, read, say) {
  if (oneLine(read.subject ?? '') !== oneLine(made.subject))
    say(`subject ${JSON.stringify(made.subject)} became ${JSON.stringify(read.subject)}`);
  for (const field of ['from', 'to', 'cc', 'bcc'])
    if (made[field]) people(field, field === 'from' ? [made.from] : made[field], read[field], say);
  const seconds = (ms) => Math.floor((ms ?? 0) / 1000);
  if (seconds(read.headerDate) !== seconds(made.headerDate)) say(`Date ${new Date(made.headerDate).toISOString()} became ${read.dateText}`);
  if (made.messageId && read.messageId !== made.messageId) say(`Message-ID ${read.messageId}`);
  if (made.kept && !read.names.includes(made.kept)) say(`${made.kept} is gone`);
}

/** Says every difference. */
export function differences(made, read, say) {
  if (read.defects.length > 0) say(`defects: ${read.defects.join('; ').slice(0, 400)}`);
  headDifferences(made, read, say);
  bodies(made, read.leaves, say);
  files(made, read.leaves, say);
}

/** How a name may stand on the disk: its signs that have a meaning there replaced, numbered, cut with a hash, or the node of a folder without a name. */
function isNameOf(name, disk = '', isFirst = false) {
  const safe = name
    .toWellFormed()
    .replace(/[\p{Cc}/.]/gu, '_')
    .replace(isFirst ? /^~/ : /^$/, '_');
  if (name === '') return /^nid:0x[0-9a-f]+/.test(disk);
  return disk === safe || disk === `${safe} (2)` || disk.startsWith(`${safe}_`) || /_[0-9a-f]{10}$/.test(disk);
}

/** Differences of what only a stored mail has: place, flags, date, lines. */
export function storedDifferences(made, read, say) {
  differences(made, read, say);
  if (!isDeepStrictEqual(made.flags, read.flags)) say(`flags ${made.flags} became ${read.flags}`);
  // Mail programs count seconds since 1970 in 32 bits.
  const date = Math.max(-2_147_483_648_000, Math.min(made.date, 4_294_967_295_000));
  if (Math.abs(date - read.date) > 1) say(`date ${new Date(made.date).toISOString()} became ${new Date(read.date).toISOString()}`);
  const isWhole = read.disk.join('').length < 180;
  if (isWhole && !made.folder.every((name, i) => isNameOf(name, read.disk[i], i === 0)))
    say(`folder ${JSON.stringify(made.folder)} became ${JSON.stringify(read.disk)}`);
  for (const key of ['long', 'nul', 'eightbit']) if (read[key]) say(`octets: ${key}`);
}
