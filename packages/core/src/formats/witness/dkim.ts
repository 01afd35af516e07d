// DKIM body hashes (RFC 6376 §3.4.3, §3.4.4, §3.5, §3.7). Header hashes need the key of the domain and are not looked at.
import { createHash } from 'node:crypto';
import type { Witness } from './witness-kind.js';

/** Signatures above this are not looked at: a sender may write as many as he likes. */
const MOST = 16;

/** The body hashes that a header claims, each compared with the body. */
export function dkimWitnesses(unfolded: string, body: Buffer, isLarge: boolean): Witness[] {
  const found: Witness[] = [];
  const hashes = new Map<string, string>();
  for (const [, value = ''] of unfolded.matchAll(/^dkim-signature[ \t]*:(.*)$/gim)) {
    if (found.length === MOST) break;
    const tags = tagsOf(value);
    const claimed = tags.get('bh')?.replace(/\s+/g, '');
    if (claimed === undefined) continue;
    found.push({ kind: 'dkim', holds: isLarge ? undefined : holds(tags, claimed, body, hashes) });
  }
  return found;
}

/** `name=value` between semicolons (§3.2). */
function tagsOf(value: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of value.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) tags.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return tags;
}

function holds(tags: ReadonlyMap<string, string>, claimed: string, body: Buffer, hashes: Map<string, string>): boolean | undefined {
  const algorithm = /-(sha1|sha256)$/.exec(tags.get('a') ?? '')?.[1];
  const [, canonical = 'simple'] = (tags.get('c') ?? 'simple/simple').split('/');
  if (algorithm === undefined || (canonical !== 'simple' && canonical !== 'relaxed')) return undefined;
  const length = /^\d{1,15}$/.test(tags.get('l') ?? '') ? Number(tags.get('l')) : undefined;
  const key = `${algorithm} ${canonical} ${length}`;
  let hash = hashes.get(key);
  if (hash === undefined) {
    const octets = canonical === 'simple' ? simpleBody(body) : relaxedBody(body);
    hash = createHash(algorithm).update(octets.subarray(0, length)).digest('base64');
    hashes.set(key, hash);
  }
  return hash === claimed;
}

/** Empty lines at the end leave, one line end stays (§3.4.3). */
function simpleBody(body: Buffer): Buffer {
  let end = body.length;
  while (end >= 2 && body[end - 1] === 10 && body[end - 2] === 13) end -= 2;
  return Buffer.concat([body.subarray(0, end), Buffer.from('\r\n')]);
}

/** White space within a line becomes one blank, at its end it leaves, and so do empty lines at the end (§3.4.4). */
function relaxedBody(body: Buffer): Buffer {
  const text = body
    .toString('latin1')
    .replace(/[\t ]+/g, ' ')
    .replaceAll(' \r\n', '\r\n')
    .replace(/ $/, '');
  let end = text.length;
  while (end >= 2 && text.endsWith('\r\n', end)) end -= 2;
  return Buffer.from(end === 0 ? '' : `${text.slice(0, end)}\r\n`, 'latin1');
}
