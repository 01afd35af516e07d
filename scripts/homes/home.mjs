// One home on disk and what is true of it: every path is made here, with its owner and mode.
import { chownSync, lchownSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Files and directories of one user below `home`, the mail spool beside the homes. */
export class Home {
  mail = [];
  notMail = [];
  fifos = [];
  sources = [];
  notes = {};
  #made = new Set();

  constructor({ base, user, uid, gid, mailGid, isRoot }) {
    Object.assign(this, { base, user, uid, gid, mailGid, isRoot });
    this.root = join(base, 'home', user);
    this.spool = join(base, 'var/mail', user);
    this.directory('', 0o711);
  }

  #own(path, gid = this.gid) {
    if (this.isRoot) lchownSync(path, this.uid, gid);
  }

  /** A directory and those on the way to it. */
  directory(name, mode = 0o700) {
    const path = Buffer.isBuffer(name) ? name : join(this.root, name);
    if (this.#made.has(String(path))) return path;
    if (!Buffer.isBuffer(name) && name !== '' && name !== '.') this.directory(dirname(name) === '.' ? '' : dirname(name));
    mkdirSync(path, { mode });
    this.#own(path);
    this.#made.add(String(path));
    return path;
  }

  /** A file, with the directories on the way. */
  file(name, octets, mode = 0o600) {
    this.directory(dirname(name) === '.' ? '' : dirname(name));
    const path = join(this.root, name);
    writeFileSync(path, octets, { mode });
    this.#own(path);
    return path;
  }

  /** A file that is mail. `messages` are those that a transfer delivers; null when that is not known (corrupt). */
  mailFile(name, octets, { format, messages, compression }, mode = 0o600) {
    const path = this.file(name, octets, mode);
    this.counts(path, { format, messages, bytes: Buffer.byteLength(octets), compression });
    return path;
  }

  /** Notes a path as mail. */
  counts(path, { format, messages, bytes, compression }) {
    this.mail.push({
      path: this.shown(path),
      format,
      messages,
      ...(bytes === undefined ? {} : { bytes }),
      ...(compression ? { compression } : {}),
    });
  }

  /** A file that is no mail, and what it is. */
  decoy(name, octets, what, mode = 0o644) {
    const path = this.file(name, octets, mode);
    this.notMail.push({ path: this.shown(path), what });
    return path;
  }

  /** The spool file of the user, mode 660 and group mail as on Debian. */
  spoolFile(octets, { messages, format = 'mbox' }) {
    writeFileSync(this.spool, octets, { mode: 0o660 });
    if (this.isRoot) chownSync(this.spool, this.uid, this.mailGid);
    this.counts(this.spool, { format, messages, bytes: Buffer.byteLength(octets) });
  }

  /** A symbolic link that leads out of the home. */
  symlink(name, target, what) {
    this.directory(dirname(name) === '.' ? '' : dirname(name));
    const path = join(this.root, name);
    symlinkSync(target, path);
    this.#own(path);
    this.notMail.push({ path: this.shown(path), what });
  }

  /** A second name of a file of somebody else. */
  hardLink(name, target, what) {
    this.directory(dirname(name) === '.' ? '' : dirname(name));
    const path = join(this.root, name);
    linkSync(target, path);
    this.notMail.push({ path: this.shown(path), what });
  }

  /** Noted, and made for all homes at once. */
  fifo(name) {
    this.directory(dirname(name) === '.' ? '' : dirname(name));
    const path = join(this.root, name);
    this.fifos.push(path);
    this.notMail.push({ path: this.shown(path), what: 'fifo' });
  }

  shown(path) {
    return relative(this.base, path);
  }
}
