import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A message with CRLF ends that was signed with keys of our own. */
export interface SignedMail {
  readonly kind: 'dkim' | 'smime' | 'pgp';
  readonly octets: Buffer;
}

/** mulberry32: a number below `below`. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const LINES = [
  'From here on the sea is calm.',
  'From the desk of Ann',
  '>From an answer, quoted',
  '>>From an answer to it',
  'The  ferry \t leaves.',
  '',
  'trailing blanks  ',
];

/** A text with lines that mailboxes mangle, one at least. */
function textOf(pick: (below: number) => number, n: number): string {
  const lines = Array.from({ length: 3 + pick(8) }, () => LINES[pick(LINES.length)] ?? '');
  lines.splice(pick(lines.length), 0, 'From the start of a line');
  return `${[`Message ${n}.`, ...lines].join('\r\n')}\r\n${'\r\n'.repeat(pick(3))}`;
}

const HEADER = (n: number) =>
  `From: ann@example.org\r\nTo: bob@example.org\r\nSubject: crossing ${n}\r\nMessage-ID: <s${n}@example.org>\r\n`;

/** Makes signed messages: keys are made in `directory`, by openssl and gpg. */
export class Signer {
  readonly #directory: string;
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(join(directory, 'gpg'), { mode: 0o700 });
    const subject = ['-subj', '/CN=ann', '-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...subject], { stdio: 'ignore' });
    const made = this.#gpg(['--passphrase', '', '--quick-generate-key', 'ann@example.org', 'ed25519', 'sign', 'never'], '');
    if (made.status !== 0) throw new Error(made.stderr);
  }

  #gpg(args: readonly string[], input: string): { status: number | null; stdout: string; stderr: string } {
    return spawnSync('gpg', ['--homedir', join(this.#directory, 'gpg'), '--batch', '--quiet', ...args], { input, encoding: 'latin1' });
  }

  /** DKIM by RFC 6376 in a way of its own: not the code that is tested. */
  dkim(n: number, pick: (below: number) => number): SignedMail {
    const body = textOf(pick, n);
    const isRelaxed = pick(2) === 0;
    const lines = body.split('\r\n').map((line) => (isRelaxed ? line.replace(/[ \t]+$/, '').replace(/[ \t]+/g, ' ') : line));
    while (lines.at(-1) === '') lines.pop();
    const canonical = `${lines.join('\r\n')}\r\n`;
    const length = pick(4) === 0 ? canonical.length : undefined;
    const bh = createHash('sha256').update(canonical.slice(0, length), 'latin1').digest('base64');
    const ways = isRelaxed ? ['relaxed/relaxed', 'simple/relaxed'] : ['simple/simple', 'relaxed/simple', 'relaxed', 'simple'];
    const canon = ways[pick(ways.length)];
    const tags = `v=1; a=rsa-sha256; c=${canon}; d=example.org; s=k;${length === undefined ? '' : ` l=${length};`}\r\n\th=from:to; bh=${bh.slice(0, 20)}\r\n\t ${bh.slice(20)};\r\n\tb=`;
    const b = createSign('sha256').update(HEADER(n)).sign(this.#key, 'base64');
    return { kind: 'dkim', octets: Buffer.from(`DKIM-Signature: ${tags}${b}\r\n${HEADER(n)}\r\n${body}`, 'latin1') };
  }

  smime(n: number, pick: (below: number) => number): SignedMail {
    const path = join(this.#directory, 'part');
    writeFileSync(path, `Content-Type: text/plain\r\n\r\n${textOf(pick, n)}`, 'latin1');
    const md = pick(2) === 0 ? 'sha256' : 'sha512';
    const keys = ['-signer', join(this.#directory, 'cert.pem'), '-inkey', join(this.#directory, 'key.pem')];
    const signed = execFileSync('openssl', ['smime', '-sign', '-binary', '-crlfeol', '-md', md, '-in', path, ...keys], {
      encoding: 'latin1',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { kind: 'smime', octets: Buffer.from(HEADER(n) + signed.replace(/\r?\n/g, '\r\n'), 'latin1') };
  }

  /** Signed with its content inside, by openssl: in one piece, or as a stream of indefinite length. */
  opaque(n: number, pick: (below: number) => number): SignedMail {
    const path = join(this.#directory, 'opaque');
    writeFileSync(path, `Content-Type: text/plain\r\n\r\n${textOf(pick, n).repeat(1 + pick(3) * 200)}`, 'latin1');
    const keys = ['-signer', join(this.#directory, 'cert.pem'), '-inkey', join(this.#directory, 'key.pem')];
    const how = ['-nodetach', ...(pick(2) === 0 ? ['-stream'] : []), '-md', pick(2) === 0 ? 'sha256' : 'sha1'];
    const signed = execFileSync('openssl', ['cms', '-sign', '-binary', ...how, '-in', path, ...keys], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { kind: 'smime', octets: Buffer.from(HEADER(n) + signed.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1') };
  }

  pgp(n: number, pick: (below: number) => number): SignedMail {
    const part = `Content-Type: text/plain\r\n\r\n${textOf(pick, n)}`;
    const signature = this.#gpg(
      ['--armor', '--detach-sign', ...(pick(2) === 0 ? ['--textmode'] : []), '--digest-algo', pick(2) === 0 ? 'SHA256' : 'SHA512'],
      part,
    ).stdout;
    const type = 'multipart/signed; micalg=pgp-sha256;\r\n\tprotocol="application/pgp-signature"; boundary="sep=_x"';
    const text = `${HEADER(n)}MIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\nA preamble.\r\n--sep=_x\r\n${part}\r\n--sep=_x\r\nContent-Type: application/pgp-signature\r\n\r\n${signature.replace(/\r?\n/g, '\r\n')}\r\n--sep=_x--\r\n`;
    return { kind: 'pgp', octets: Buffer.from(text, 'latin1') };
  }
}

/** A message as a mailing list sends it on: the parts in another one, with a footer; or as an attachment of another message. */
export function inAnother({ kind, octets }: SignedMail, how: 'list' | 'attached'): SignedMail {
  const text = octets.toString('latin1');
  const at = text.indexOf('\r\n\r\n');
  const type = /^Content-Type:(?:.*\r\n[ \t])*.*$/im.exec(text.slice(0, at))?.[0] ?? '';
  const part = how === 'list' ? `${type}${text.slice(at)}` : `Content-Type: message/rfc822\r\n\r\n${text}`;
  const footer = '--outer\r\nContent-Type: text/plain\r\n\r\n___\r\nThe list\r\n--outer--\r\n';
  const head = `${HEADER(0)}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n`;
  return { kind, octets: Buffer.from(`${head}${part}\r\n${footer}`, 'latin1') };
}

/** As a message lies in an mbox of an old tool: LF, and `>` before every body line that begins with `From `; mboxrd before quoted ones as well. */
export function mangled(mail: SignedMail, dialect: 'mboxo' | 'mboxrd'): string {
  const text = mail.octets.toString('latin1').replaceAll('\r\n', '\n');
  const at = text.indexOf('\n\n') + 2;
  const body = text.slice(at).replace(dialect === 'mboxo' ? /^From /gm : /^>*From /gm, '>$&');
  return text.slice(0, at) + body;
}
