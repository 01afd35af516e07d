/** Servers that are known by what they say of themselves. */
export type ServerKind = 'gmail' | 'exchange' | 'dovecot' | 'cyrus' | 'courier' | 'zimbra' | 'stalwart' | 'unknown';

/** What is known of a kind of server, beyond its capabilities; see docs/formats/imap.md. */
export interface ServerPreset {
  readonly kind: ServerKind;
  /** For people. */
  readonly title: string;
  /** What whoever uploads there should know before, for people. */
  readonly advice?: string;
  /** Connections that it grants one user. */
  readonly connections: number;
  /** Octets of one message as it is set up by default; a larger one is tried alone. APPENDLIMIT says more. */
  readonly maxMessage?: number;
  /** Commands in flight on a connection. */
  readonly depth: number;
  /** Messages a second that it bears. */
  readonly rate?: number;
  /** Octets of one APPEND command with all its messages. */
  readonly maxCommand?: number;
  /** What it does to octets that break the standard; drives the forecast. */
  readonly nul: 'kept' | 'altered' | 'refused';
  readonly bareCr: 'kept' | 'altered' | 'lostAtLineEnd';
  readonly header: 'any' | 'wellFormed';
  readonly header8bit: 'kept' | 'altered';
  readonly empty: 'refused' | 'altered';
  /** Octets of a line above which it refuses. */
  readonly maxLine?: number;
  /** Adds a line end where the message has none at its end. */
  readonly needsFinalLineEnd: boolean;
  /** It changes mails as it likes: size and body prove nothing, and `verify` calls a difference foreseen. */
  readonly altersMail: boolean;
  /** It puts the time of arrival where an internal date lies in the future. */
  readonly futureDate: 'kept' | 'altered';
  readonly maxKeyword: number;
  /** Characters that its names cannot have beside the delimiter and control characters. */
  readonly badNameChars: string;
  /** `Trash` and `trash` are one folder. */
  readonly ignoresCase: boolean;
}

const COMMON: ServerPreset = {
  kind: 'unknown',
  title: 'an IMAP server that mailferry does not know',
  connections: 4,
  depth: 64,
  nul: 'kept',
  bareCr: 'kept',
  header: 'any',
  header8bit: 'kept',
  empty: 'refused',
  needsFinalLineEnd: false,
  altersMail: false,
  futureDate: 'kept',
  maxKeyword: 50,
  badNameChars: '',
  ignoresCase: false,
};

/** Every preset by its kind. */
export const PRESETS: Readonly<Record<ServerKind, ServerPreset>> = {
  unknown: COMMON,
  dovecot: { ...COMMON, kind: 'dovecot', title: 'Dovecot', connections: 8, nul: 'altered', bareCr: 'lostAtLineEnd', futureDate: 'altered' },
  cyrus: {
    ...COMMON,
    kind: 'cyrus',
    title: 'Cyrus IMAP',
    nul: 'refused',
    header: 'wellFormed',
    header8bit: 'altered',
    maxKeyword: 200,
    badNameChars: '!"/;<>\\`{|}',
  },
  courier: {
    ...COMMON,
    kind: 'courier',
    title: 'Courier-IMAP',
    bareCr: 'altered',
    empty: 'altered',
    needsFinalLineEnd: true,
    badNameChars: '/',
  },
  gmail: {
    ...COMMON,
    kind: 'gmail',
    title: 'Gmail',
    advice: 'it takes about 500 MB a day: give --stop-after 450M, and run the same command again the next day',
    connections: 10,
    depth: 4,
    maxMessage: 35_651_584,
    altersMail: true,
    badNameChars: '^"\'\\',
    ignoresCase: true,
  },
  exchange: {
    ...COMMON,
    kind: 'exchange',
    title: 'Microsoft Exchange or Microsoft 365',
    advice: 'it is sent four messages a second at most (--max-rate changes that), and waited for when it asks for patience',
    depth: 2,
    rate: 4,
    maxLine: 10_239,
    altersMail: true,
    ignoresCase: true,
  },
  zimbra: {
    ...COMMON,
    kind: 'zimbra',
    title: 'Zimbra',
    advice: 'messages above 9.8 MiB are refused as it is usually set up',
    maxMessage: 10_240_000,
    badNameChars: ':/"',
    ignoresCase: true,
  },
  stalwart: { ...COMMON, kind: 'stalwart', title: 'Stalwart', maxMessage: 52_428_800, maxCommand: 33_554_432 },
};

const SIGNS: readonly (readonly [RegExp, ServerKind])[] = [
  [/X-GM-EXT-1|gimap|\bgmail\b/i, 'gmail'],
  [/Microsoft|\bExchange\b/i, 'exchange'],
  [/Zimbra/i, 'zimbra'],
  [/Stalwart/i, 'stalwart'],
  [/Dovecot/i, 'dovecot'],
  [/Cyrus/i, 'cyrus'],
  [/Courier/i, 'courier'],
];

/** A host is often called after what once ran on it: `exchange.example.org Cyrus IMAP ready`. */
const HOST_NAME = /\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,63}\b/gi;

/** The preset for a server, by its greeting, its ID and its capabilities. */
export function presetFor(words: readonly string[]): ServerPreset {
  const text = words.join(' ').replace(HOST_NAME, (name) => (/^Microsoft\./i.test(name) ? name : ''));
  return PRESETS[SIGNS.find(([sign]) => sign.test(text))?.[1] ?? 'unknown'];
}
