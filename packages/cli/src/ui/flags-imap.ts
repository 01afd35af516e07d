import type { Flag } from './flag.js';

const SIGN_IN = 'How to sign in:';
const SEND = 'How it is sent:';

/** How to reach an IMAP account. Secrets never come from argv. */
export const ACCOUNT_FLAGS: readonly Flag[] = [
  { name: 'user', kind: 'text', value: 'NAME', group: SIGN_IN, help: 'the account; default: the one in the URL' },
  { name: 'auth-user', kind: 'text', value: 'NAME', group: SIGN_IN, help: 'the master user who signs in for it (SASL PLAIN)' },
  {
    name: 'auth',
    kind: 'choice',
    choices: ['plain', 'login', 'xoauth2', 'oauthbearer', 'external'],
    group: SIGN_IN,
    help: 'the method; default: what fits secret and server',
  },
  { name: 'password-file', kind: 'text', value: 'FILE', completes: 'file', group: SIGN_IN, help: 'the password is the first line of FILE' },
  { name: 'password-command', kind: 'text', value: 'COMMAND', group: SIGN_IN, help: 'the password is the first line that COMMAND prints' },
  {
    name: 'token-command',
    kind: 'text',
    value: 'COMMAND',
    group: SIGN_IN,
    help: 'COMMAND prints an OAuth access token; asked again at each sign-in',
  },
  {
    name: 'client-cert',
    kind: 'text',
    value: 'FILE',
    completes: 'file',
    group: SIGN_IN,
    help: 'PEM with a client certificate and its key',
  },
  { name: 'tls-ca', kind: 'text', value: 'FILE', completes: 'file', group: SIGN_IN, help: 'PEM with your own certificate authorities' },
  { name: 'tls-fingerprint', kind: 'text', value: 'SHA256', group: SIGN_IN, help: 'trust this one certificate, whoever signed it' },
  { name: 'tls-insecure', kind: 'switch', group: SIGN_IN, help: 'trust whoever answers; anyone in between can read the password' },
  { name: 'proxy', kind: 'text', value: 'URL', group: SIGN_IN, help: 'socks5://host:1080 or http://host:3128', isSecret: true },
];

/** How an upload runs. */
export const UPLOAD_FLAGS: readonly Flag[] = [
  {
    name: 'connections',
    kind: 'number',
    least: 1,
    value: 'N',
    group: SEND,
    help: 'at most N connections; default: what the server is known to bear',
  },
  { name: 'max-rate', kind: 'number', least: 1, value: 'N', group: SEND, help: 'at most N messages a second' },
  { name: 'stop-after', kind: 'size', value: 'SIZE', group: SEND, help: 'stop when that much is uploaded, such as 450M a day for Gmail' },
  {
    name: 'repair',
    kind: 'list',
    value: 'KIND',
    group: SEND,
    help: 'change messages that the server would spoil or refuse: nul, cr, header8bit, keywords; repeatable',
  },
  { name: 'subscribe', kind: 'switch', group: SEND, help: 'subscribe every folder; default: those that the source has subscribed' },
  { name: 'keep-names', kind: 'switch', group: SEND, help: 'sent, drafts and the like do not go into the special folders of the account' },
  {
    name: 'no-literal-plus',
    kind: 'switch',
    group: SEND,
    help: 'wait for the server before each message, for a proxy that mangles the stream',
  },
  { name: 'verify', kind: 'switch', group: SEND, help: 'read the account again afterwards and compare message by message' },
];

/** Where the ledgers are. */
export const LEDGER_FLAG: Flag = {
  name: 'ledger',
  kind: 'text',
  value: 'DIR',
  completes: 'directory',
  group: SEND,
  help: 'where the record of what was sent is kept; default: the state directory of the user',
};
