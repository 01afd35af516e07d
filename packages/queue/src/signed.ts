// What goes through the queue is signed with a key that only the batch and its workers have (HMAC-SHA-256): whoever reaches the queue must not command
// root, nor say that a user is done. What a signature is for is part of it, so that none serves for anything else.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** A text with its signature, as it lies in the queue. */
export interface Signed {
  readonly payload: string;
  /** HMAC-SHA-256 of purpose and payload, hex. */
  readonly mac: string;
}

/** Signs a value for a purpose. */
export function sign(key: Uint8Array, purpose: string, value: unknown): Signed {
  const payload = JSON.stringify(value);
  return { payload, mac: macOf(key, purpose, payload) };
}

/** The value that was signed for this purpose with this key; undefined for anything else. */
export function openSigned(key: Uint8Array, purpose: string, raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { payload, mac } = raw as Partial<Record<string, unknown>>;
  if (typeof payload !== 'string' || typeof mac !== 'string') return undefined;
  const [expected, given] = [Buffer.from(macOf(key, purpose, payload)), Buffer.from(mac)];
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  return JSON.parse(payload) as unknown;
}

function macOf(key: Uint8Array, purpose: string, payload: string): string {
  return createHmac('sha256', key).update(`mailferry/1\n${purpose.length}\n${purpose}\n`).update(payload).digest('hex');
}
