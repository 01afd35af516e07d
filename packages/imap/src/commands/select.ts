import { parseValues } from '../codec/parse-response.js';
import { type DataResponse, listOf, textOf } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';
import { encodeMailbox } from './mailbox-name.js';

/** What SELECT and EXAMINE tell of a mailbox. */
export interface SelectedMailbox {
  /** As on the wire. */
  readonly name: string;
  readonly exists: number;
  /** 0 when the server does not tell: UIDs then mean nothing in another session. */
  readonly uidValidity: number;
  readonly uidNext: number | undefined;
  /** Undefined when the server does not tell: then every flag is permanent (RFC 9051 §7.1). */
  readonly permanentFlags: readonly string[] | undefined;
  /** Flags that the mailbox knows (RFC 9051 §7.3.5); a keyword that is not among them no message has. */
  readonly flags: readonly string[];
}

/** SELECT (RFC 9051 §6.3.2). */
export function select(connection: ImapConnection, mailbox: string): Promise<SelectedMailbox> {
  return open(connection, 'SELECT', mailbox);
}

/** EXAMINE (RFC 9051 §6.3.3): the same, read-only. */
export function examine(connection: ImapConnection, mailbox: string): Promise<SelectedMailbox> {
  return open(connection, 'EXAMINE', mailbox);
}

async function open(connection: ImapConnection, name: string, mailbox: string): Promise<SelectedMailbox> {
  const found = { name: mailbox, exists: 0, uidValidity: 0, uidNext: undefined, permanentFlags: undefined, flags: [] };
  const state: { -readonly [K in keyof SelectedMailbox]: SelectedMailbox[K] } = found;
  await runOk(connection, { name, parts: [`${name} `, encodeMailbox(connection, mailbox)], onData: (data) => take(data, state) });
  return state;
}

function take(data: DataResponse, state: { -readonly [K in keyof SelectedMailbox]: SelectedMailbox[K] }): boolean {
  const text = textOf(data.values[0]) ?? '';
  if (data.name === 'EXISTS') state.exists = data.number ?? 0;
  else if (data.name === '[UIDVALIDITY]') state.uidValidity = Number(text) || 0;
  else if (data.name === '[UIDNEXT]') state.uidNext = Number(text) || undefined;
  else if (data.name === '[PERMANENTFLAGS]') state.permanentFlags = flagsOf(text);
  else if (data.name === 'FLAGS') state.flags = listOf(data.values[0]).map((value) => textOf(value) ?? '');
  else return ['RECENT', 'EXPUNGE'].includes(data.name);
  return true;
}

function flagsOf(text: string): readonly string[] {
  return listOf(parseValues([text], [])[0]).map((value) => textOf(value) ?? '');
}
