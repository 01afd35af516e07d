// What the admin carries to other programs when users are done, each in the syntax of the program that reads it.
// A name or address that would mean something else in that syntax is quoted where the syntax can, and refused where it cannot.
import { formatCountOf, printable, UsageError } from '@mailferry/core';

/** A user who is done. */
export interface MigratedUser {
  readonly user: string;
  /** Mail address, for tables keyed by address. */
  readonly address: string;
  readonly group?: string;
  /** The sources and the target as the job had them. */
  readonly sources: readonly string[];
  readonly target: string;
  /** What the sources were: `mbox`, `maildir`, `pst`, several joined by a comma; absent where it is not known. */
  readonly format?: string;
  /** Messages that are in the target, where it is known. */
  readonly messages?: number;
  /** What a person has still to do for this user, one line each. */
  readonly byHand?: readonly string[];
}

/** Where the mail is now. */
export interface HandOver {
  readonly users: readonly MigratedUser[];
  /** Host of the new server. */
  readonly newHost: string;
  /** Domain to which the old server forwards what still arrives there. */
  readonly virtualDomain: string;
  /** The batch as a command line names it: the manifest, and where its state is when it is not beside it. */
  readonly batch?: string;
}

/** A table or a page: what it is called, and how it is made. */
export interface Artefact {
  readonly file: string;
  readonly title: string;
  render(handOver: HandOver): string;
}

const lines = (users: readonly MigratedUser[], line: (user: MigratedUser) => string) => users.map((user) => `${line(user)}\n`).join('');

/** popmap of perdition, as makebdb reads it: `user:host`; white space would be a part of the host. */
const perditionPopmap: Artefact = {
  file: 'perdition-popmap',
  title: 'perdition popmap',
  render: ({ users, newHost }) => lines(users, ({ user }) => `${perditionKey(user)}:${plain(newHost)}`),
};

/** transport(5): `address transport:[host]`; brackets switch the look-up of MX records off. */
const postfixTransport: Artefact = {
  file: 'postfix-transport',
  title: 'Postfix transport map',
  render: ({ users, newHost }) => lines(users, ({ address }) => `${postfixKey(address)}\tsmtp:[${plain(newHost)}]`),
};

/** virtual(5): `address address@virtual.domain`. */
const postfixVirtual: Artefact = {
  file: 'postfix-virtual',
  title: 'Postfix virtual alias map',
  render: ({ users, virtualDomain }) =>
    lines(users, ({ user, address }) => `${postfixKey(address)}\t${plain(localPart(user))}@${plain(virtualDomain)}`),
};

/** aliases(5): `name: address`. */
const sendmailAliases: Artefact = {
  file: 'aliases',
  title: 'sendmail aliases',
  render: ({ users, virtualDomain }) =>
    lines(users, ({ user }) => `${aliasName(localPart(user))}: ${plain(localPart(user))}@${plain(virtualDomain)}`),
};

/** One address a line, for a server's field of local mailboxes. */
const addresses: Artefact = {
  file: 'migrated-addresses',
  title: 'migrated addresses',
  render: ({ users }) => lines(users, ({ address }) => plain(address)),
};

/** `.forward` lines for the old server: what arrives there goes on to the new one. */
const forwarding: Artefact = {
  file: 'forwarding',
  title: 'forwarding rules of the old server',
  render: ({ users, virtualDomain }) => lines(users, ({ user }) => `${plain(user)}\t${plain(localPart(user))}@${plain(virtualDomain)}`),
};

/** Namespaces in which users see the old store, read-only in practice, while both exist: of what Dovecot reads itself, mboxes and Maildirs. */
const dovecotNamespace: Artefact = {
  file: 'dovecot-old-mail.conf',
  title: 'Dovecot namespace of the old store',
  render: ({ users }) => {
    const locations = new Set(users.flatMap(({ user, sources, format }) => sources.flatMap((source) => generic(source, user, format))));
    return [...locations]
      .map(
        (location, index) =>
          `namespace old${index === 0 ? '' : index + 1} {\n  prefix = Old${index === 0 ? '' : index + 1}/\n  separator = /\n  location = ${location}\n  inbox = no\n  list = children\n  subscriptions = no\n}\n`,
      )
      .join('\n');
  },
};

/** What to do, in order, with the real names filled in. */
const runbook: Artefact = {
  file: 'runbook.md',
  title: 'runbook',
  render: ({ users, newHost, virtualDomain, batch = 'MANIFEST' }) => {
    const groups = groupUsers(users);
    const named = shown(batch);
    return [...groups]
      .map(([group, members]) => {
        return `${[
          `# Switch of ${group === '' ? 'all users' : `group ${group}`} (${members.length})`,
          '',
          '1. Tell the users that mail is switched over tonight and that no client needs a change of folders.',
          '2. Stop delivery to the old store, or let it queue: `postconf -e soft_bounce=yes` and `postfix reload`.',
          `3. Bring the last changes over, with the options of the first run: \`mailferry batch${group === '' ? '' : ` --group ${shown(group)}`} ${named}\`.`,
          `4. Read \`mailferry status --open ${named}\`: none of the users below may be in it.`,
          '5. Prove it, for the users who ask or for all: `mailferry verify --owner USER SOURCE TARGET`, with the names below.',
          `6. Install the tables beside this page (\`makebdb popmap.bdb.db < perdition-popmap\`, \`postmap postfix-transport postfix-virtual\`, \`newaliases\`) and reload; new mail goes to ${newHost}.`,
          `7. Let the old server forward what still arrives: *user*@${virtualDomain}.`,
          '8. Keep the old store, read-only, for as long as you keep a backup; the ledger in each Maildir leads back to it.',
          '',
          'Users:',
          '',
          ...members.flatMap(runbookLines),
        ].join('\n')}\n`;
      })
      .join('\n');
  },
};

/** Every artefact that a batch writes. */
export const ARTEFACTS: readonly Artefact[] = [
  perditionPopmap,
  postfixTransport,
  postfixVirtual,
  sendmailAliases,
  addresses,
  forwarding,
  dovecotNamespace,
  runbook,
];

/** A user with where the mail was and is, and what is left to do. */
function runbookLines({ user, address, sources, target, messages, byHand = [] }: MigratedUser): string[] {
  const count = messages === undefined ? '' : `, ${formatCountOf(messages, 'message')}`;
  return [
    `- [ ] ${shown(user)} (${shown(address)})${count}: ${sources.map((source) => `\`${shown(source)}\``).join(', ')} → \`${shown(target)}\``,
    ...byHand.map((line) => `  - [ ] ${shown(line)}`),
  ];
}

/** One line, whatever a name has in it. */
function shown(text: string): string {
  return printable(text).replaceAll('`', "'");
}

function groupUsers(users: readonly MigratedUser[]): Map<string, MigratedUser[]> {
  const groups = new Map<string, MigratedUser[]>();
  for (const user of users) groups.set(user.group ?? '', [...(groups.get(user.group ?? '') ?? []), user]);
  return groups;
}

const localPart = (user: string) => (user.includes('@') ? user.slice(0, user.indexOf('@')) : user);

/** A source with the user's own name as `%u`, so that hundreds of users share one namespace; none where Dovecot cannot read it. */
function generic(source: string, user: string, format: string | undefined): string[] {
  const location = dovecotLocation(source, format);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (location === undefined || /["\\\u0000-\u001f\u007f]/u.test(location)) return [];
  const name = new RegExp(`(?<=/)${user.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`)}(?=/|:|$)`, 'gu');
  const shared = location.replaceAll('%', '%%').replaceAll(name, '%u');
  return [/\s|#/u.test(shared) ? `"${shared}"` : shared];
}

function dovecotLocation(source: string, format = 'mbox'): string | undefined {
  if (/^(?:mbox|maildir):/u.test(source)) return source;
  return /^[a-z]+:/u.test(source) || (format !== 'mbox' && format !== 'maildir') ? undefined : `${format}:${source}`;
}

/** aliases(5) quotes names with special characters. */
function aliasName(name: string): string {
  return /^[\w.+-]+$/u.test(name) ? name : `"${plain(name).replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}

/** A colon ends the user in a popmap. */
function perditionKey(user: string): string {
  return user.includes(':') || user.startsWith('#') ? refuse(user) : plain(user);
}

/** A key of a Postfix table ends at white space and a line that starts with `#` is a comment. */
function postfixKey(address: string): string {
  return address.startsWith('#') ? refuse(address) : plain(address);
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\s\u0000-\u001f\u007f]/u.test(text) || text === '' ? refuse(text) : text;
}

function refuse(text: string): never {
  throw new UsageError('NAME_NOT_REPRESENTABLE', `${JSON.stringify(text)} cannot stand in a table`, {
    help: 'rename this user, or write its lines by hand',
  });
}
