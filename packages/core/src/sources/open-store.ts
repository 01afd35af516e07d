import { closeSync } from 'node:fs';
import { SourceError, UsageError, unreadable } from '../errors.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { type DovecotLocation, parseDovecotLocation } from '../formats/location/dovecot-location.js';
import { recogniseMbox } from '../formats/mbox/recognise.js';
import { isPstHeader } from '../formats/pst/ndb/magic.js';
import { describeFile, recogniseUnsupported } from '../formats/signature/signature.js';
import type { MailStore } from '../model/store.js';
import { checkOpenOptions } from './check-options.js';
import { decompress } from './decompress.js';
import { HEAD_SIZE, unpackHead } from './file-head.js';
import type { Confidence, DirectoryProbe, OpenOptions, Probe, SourceFormat } from './format.js';
import { openMaildir } from './maildir.js';
import { openMbox, openSpooledMbox } from './mbox.js';
import { hasMbox, isMaildirFolder } from './mbox-survey.js';
import { unpackToSpool } from './octets.js';
import { probe } from './probe.js';
import { rawPath, shownPath } from './raw-path.js';
import { readHead } from './regular-file.js';
import { type Spool, spool, standardInput } from './spool.js';
import { openSpooledMessage } from './spooled-message.js';

const RANKS: readonly Confidence[] = ['no', 'maybe', 'likely', 'certain'];

/**
 * Opens what lies at a location, by what it is and not by its name: a path, a location in Dovecot's syntax, or `-` for standard input.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_FORMAT_UNKNOWN, SOURCE_FORMAT_UNSUPPORTED (known, with advice), SOURCE_PERMISSION …
 * @throws {@link UsageError} USAGE, POP3_UIDL_FORMAT for an option that cannot be, LOCATION_VARIABLE
 */
export async function openStoreOf(formats: readonly SourceFormat[], location: string, options: OpenOptions): Promise<MailStore> {
  checkOpenOptions(options);
  try {
    return await open(formats, location, options);
  } catch (error) {
    throw unreadable({ path: location }, error);
  }
}

async function open(formats: readonly SourceFormat[], location: string, options: OpenOptions): Promise<MailStore> {
  if (location === '-') return openInput(options);
  const dovecot = parseDovecotLocation(location, options.variables);
  if (dovecot !== undefined) return openDovecotLocation(dovecot, location, options);
  const found = probe(location, options);
  refuseUnsupported(found, location);
  const best = bestFormat(formats, found);
  if (found.kind === 'file' && found.compression === 'xz') return openPacked(location, options);
  if (best !== undefined) return (isMixed(found, best) ? openMbox : best.open)(location, options);
  throw unknown(found, location);
}

function bestFormat(formats: readonly SourceFormat[], found: Probe): SourceFormat | undefined {
  let best: SourceFormat | undefined;
  let rank = 0;
  for (const format of formats) {
    const own = RANKS.indexOf(format.recognise(found));
    if (own > rank) {
      best = format;
      rank = own;
    }
  }
  return best;
}

/** True when a tree holds mail of several kinds: then all of it is looked at, and each kind is read. */
function isMixed(found: Probe, { name }: SourceFormat): boolean {
  if (found.kind === 'file' || name === 'mbox' || isMaildirFolder(found.entries)) return false;
  const { mboxes, messages, numbered, emlx, hasMaildir, hasMhSequences } = found.sample();
  const isMh = name === 'mh' || (hasMhSequences && numbered > 0);
  const kinds = [mboxes > 0, isMh, hasMaildir, emlx > 0, messages > numbered && hasMaildir].filter((isThere) => isThere).length;
  return kinds > 1 || emlx > 0 || hasMbox(found.path);
}

/** A directory of UW's mix format has this file in it (panda-imap, src/osdep/unix/mix.c). */
const MIX_META = '.mixmeta';

function refuseUnsupported(found: Probe, location: string): void {
  if (found.kind === 'directory') {
    if (!found.entries.some(({ name }) => name === MIX_META)) return;
    throw new SourceError('SOURCE_FORMAT_UNSUPPORTED', 'the source is a UW-IMAP mix folder, which is not read here', {
      where: { path: location },
      help: 'copy it with the UW tools first: mailutil copy FOLDER "#driver.unix/NEW"',
    });
  }
  if (found.compression === 'bzip2') throw unsupportedCompression(location);
  if (found.compression !== undefined) refusePst(found.head, location);
  refuseHead(found.head, location);
}

function refuseHead(head: Uint8Array, location: string): void {
  const unsupported = recogniseUnsupported(head);
  if (unsupported === undefined) return;
  throw new SourceError('SOURCE_FORMAT_UNSUPPORTED', `the source is ${unsupported.title}, which is not read here`, {
    where: { path: location },
    help: unsupported.help,
  });
}

/** A PST is read here and there, and is not copied for it: most have gigabytes. */
function refusePst(head: Uint8Array, location: string): void {
  if (!isPstHeader(head)) return;
  throw new SourceError('SOURCE_FORMAT_UNSUPPORTED', 'what is packed or piped is a PST or OST, which is read as a plain file only', {
    where: { path: location },
    help: 'unpack it to a file, or save the pipe as one, and name that',
  });
}

function unsupportedCompression(location: string): SourceError {
  return new SourceError('SOURCE_FORMAT_UNSUPPORTED', 'the source is compressed with bzip2, which is not read here', {
    where: { path: location },
    help: 'unpack it first, or into a pipe: bzip2 -d < FILE | mailferry … - …',
  });
}

function unknown(found: Probe, location: string): SourceError {
  const help =
    'mailferry reads PST and OST, and mbox, Maildir, MH and .eml, alone or in directories; name the file or directory that is one of these; an mbox that is damaged at its head is read as mbox:PATH';
  if (found.kind === 'directory') return unknownDirectory(found, location, help);
  return new SourceError('SOURCE_FORMAT_UNKNOWN', `the source is of no known format: it looks like ${describeFile(found.head)}`, {
    where: { path: location, offset: 0 },
    help,
  });
}

function unknownDirectory(found: DirectoryProbe, location: string, help: string): SourceError {
  const where = { path: location };
  const { psts, unsupported } = found.sample();
  if (psts > 0) {
    return new SourceError('SOURCE_FORMAT_UNSUPPORTED', `the directory holds ${countOf(psts)} and no other mail`, {
      where,
      help: 'a PST is a source of its own: name each before the target, or convert one after the other, each with --into FOLDER',
    });
  }
  if (unsupported !== undefined) {
    const more = unsupported.count === 1 ? '' : ` and ${unsupported.count - 1} more of the kind`;
    const what = `the directory holds ${unsupported.title}${more}, not read here, and no other mail`;
    return new SourceError('SOURCE_FORMAT_UNSUPPORTED', what, { where, help: unsupported.help });
  }
  const what = found.entries.length === 0 ? 'the directory is empty' : 'no mail was found in the directory';
  return new SourceError('SOURCE_FORMAT_UNKNOWN', what, { where, help: hiddenOf(found) + help });
}

/** Hidden directories are left alone within a home; the mail of one that is named is read. */
function hiddenOf({ entries }: DirectoryProbe): string {
  const hidden = entries.filter(({ kind, name }) => kind === 'directory' && name.startsWith('.')).map(({ name }) => shownPath(name));
  if (hidden.length === 0) return '';
  const names = `${hidden.sort().slice(0, 8).join(', ')}${hidden.length > 8 ? ' …' : ''}`;
  return `hidden directories were not looked into (${names}): where one holds the mail, name it; `;
}

function countOf(psts: number): string {
  return psts === 1 ? 'a PST or OST' : `${psts} PSTs or OSTs`;
}

/** Standard input: an mbox or one message, plain or compressed. */
async function openInput(options: OpenOptions): Promise<MailStore> {
  return openSpooled(await spool(options.input ?? standardInput(), '-', options), '-', options);
}

/** A file that shows what it is only when it is unpacked whole (xz). */
async function openPacked(location: string, options: OpenOptions): Promise<MailStore> {
  return openSpooled(await unpackToSpool(rawPath(location), location, { ...options, followsLink: true }), location, options);
}

async function openSpooled(spooled: Spool, name: string, options: OpenOptions): Promise<MailStore> {
  let filled = spooled;
  try {
    const { head, compression } = unpackHead(readHead(filled.file.fd, HEAD_SIZE));
    if (compression === 'bzip2') throw unsupportedCompression(name);
    if (compression !== undefined) filled = await unpackSpool(filled, name, options);
    const text = compression === 'xz' ? readHead(filled.file.fd, HEAD_SIZE) : head;
    refusePst(text, name);
    refuseHead(text, name);
    if (recogniseMbox(text) !== undefined) return openSpooledMbox(filled, name, text, options);
    if (looksLikeMessage(text)) return openSpooledMessage(filled, name);
    const [broken] = filled.issues;
    throw new SourceError('SOURCE_FORMAT_UNKNOWN', 'what was unpacked or piped is no mbox and no message', {
      where: { path: name, offset: 0 },
      help: `${broken === undefined ? '' : `it broke off at octet ${broken.where?.offset ?? 0} (${broken.note}); `}it looks like ${describeFile(text)}; a pipe can be an mbox or one message, plain or compressed with gzip, zstd or xz`,
    });
  } catch (error) {
    closeSync(filled.file.fd);
    throw error;
  }
}

async function unpackSpool(packed: Spool, name: string, options: OpenOptions): Promise<Spool> {
  const unpacked = await spool(decompress(packed.file, name), name, options);
  closeSync(packed.file.fd);
  return { file: unpacked.file, issues: [...packed.issues, ...unpacked.issues] };
}

async function openDovecotLocation(location: DovecotLocation, text: string, options: OpenOptions): Promise<MailStore> {
  if (location.unknown.length > 0) {
    throw new UsageError('LOCATION_VARIABLE', `no value for ${[...new Set(location.unknown)].join(', ')} in the location`, {
      where: { path: text },
      help: 'name the user and the home directory, or write the path out',
    });
  }
  switch (location.format) {
    case 'mbox':
      return openMbox(location.path, { ...options, ...(location.inbox === undefined ? {} : { inbox: location.inbox }) });
    case 'maildir':
      return openMaildir(location.path, {
        ...options,
        ...(location.layout === undefined ? {} : { layout: location.layout === 'fs' ? 'fs' : 'maildir++' }),
        hasUtf8Names: location.hasUtf8Names,
      });
    default:
      throw new SourceError('SOURCE_FORMAT_UNSUPPORTED', `a Dovecot location of format ${location.format} is not read here`, {
        where: { path: text },
        help: 'let Dovecot write a Maildir first: doveadm -o mail_location=… backup maildir:DIRECTORY',
      });
  }
}
