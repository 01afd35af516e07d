/** A value in a server's response: NIL, an atom or quoted string (one character an octet), a literal, a list. */
export type Value = null | string | Uint8Array | readonly Value[];

/** RFC 9051 §7.1. */
export type StatusName = 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';

/** What stands in brackets before a status text (RFC 9051 §7.1), such as `APPENDUID 38505 3955`. */
export interface ResponseCode {
  /** Upper case. */
  readonly name: string;
  /** What follows the name, as sent. */
  readonly args: string;
}

/** `+ text`: go on (RFC 9051 §7.6). */
export interface Continuation {
  readonly type: 'continuation';
  readonly text: string;
}

/** A status response, with a tag when it completes a command. */
export interface StatusResponse {
  readonly type: 'status';
  readonly tag: string | undefined;
  readonly status: StatusName;
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

/** `* 23 FETCH (…)`, `* LIST …`: data. */
export interface DataResponse {
  readonly type: 'data';
  readonly number: number | undefined;
  /** Upper case. */
  readonly name: string;
  readonly values: readonly Value[];
}

/** One response of a server (RFC 9051 §7). */
export type Response = Continuation | StatusResponse | DataResponse;

/** The text of an atom, a string or a literal, one character an octet; undefined for NIL and lists. */
export function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1') : undefined;
}

/** The items of a list; none for anything else. */
export function listOf(value: Value | undefined): readonly Value[] {
  return value !== null && typeof value === 'object' && !(value instanceof Uint8Array) ? value : [];
}
