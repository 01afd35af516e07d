import { expect, it } from 'vitest';
import { ARTEFACTS, type HandOver } from '../src/artefacts.js';

const handOver: HandOver = {
  newHost: 'imap.example.org',
  virtualDomain: 'new.example.org',
  users: [
    {
      user: 'ann',
      address: 'ann@example.org',
      group: 'pilot',
      sources: ['mbox:/home/ann/mail:INBOX=/var/mail/ann'],
      target: '/home/ann/Maildir',
    },
    {
      user: "o'neil",
      address: "o'neil@example.org",
      sources: ["mbox:/home/o'neil/mail:INBOX=/var/mail/o'neil"],
      target: '/home/o/Maildir',
    },
  ],
};
const rendered = (file: string) => ARTEFACTS.find((artefact) => artefact.file === file)?.render(handOver);

it('each artefact speaks the syntax of its program', () => {
  expect(rendered('perdition-popmap')).toBe("ann:imap.example.org\no'neil:imap.example.org\n");
  expect(rendered('postfix-transport')).toContain('ann@example.org\tsmtp:[imap.example.org]\n');
  expect(rendered('postfix-virtual')).toContain('ann@example.org\tann@new.example.org\n');
  expect(rendered('aliases')).toBe('ann: ann@new.example.org\n"o\'neil": o\'neil@new.example.org\n');
  expect(rendered('migrated-addresses')).toBe("ann@example.org\no'neil@example.org\n");
  expect(rendered('forwarding')).toContain('ann\tann@new.example.org\n');
  expect(rendered('dovecot-old-mail.conf')).toContain('location = mbox:/home/%u/mail:INBOX=/var/mail/%u\n');
  expect(rendered('dovecot-old-mail.conf')?.match(/namespace/gu)).toHaveLength(1);
  expect(rendered('runbook.md')).toContain('`mailferry batch --group pilot MANIFEST`');
});

it('a name that would mean something else in a table is refused', () => {
  const hostile = {
    ...handOver,
    users: [{ ...handOver.users[0], user: 'ann: x\nroot', address: 'a b@example.org' } as (typeof handOver.users)[number]],
  };
  for (const artefact of ARTEFACTS.filter(({ file }) => file !== 'runbook.md' && file !== 'dovecot-old-mail.conf')) {
    expect(() => artefact.render(hostile)).toThrow('cannot stand in a table');
  }
});

it('shows Dovecot the old stores that it can read, and leaves nobody out of the tables for the others', () => {
  const user = (name: string, format: string | undefined, ...sources: string[]): (typeof handOver.users)[number] => ({
    user: name,
    address: `${name}@example.org`,
    sources,
    target: `/home/${name}/Maildir`,
    ...(format === undefined ? {} : { format }),
  });
  const users = [
    user('ann', 'mbox', '/home/ann/mail'),
    user('ben', 'mh', '/home/ben/Mail'),
    user('cleo', 'pst', '/home/cleo/Outlook Files/cleo.pst'),
    user('dan', 'mbox, pst', 'mbox:/home/dan/old mail', '/home/dan/dan.pst'),
    user('eve', 'maildir', '/home/eve/100%/Maildir'),
    user('fay', undefined, 'mbox:/home/fay/"mail"'),
  ];
  const render = (file: string): string => ARTEFACTS.find((artefact) => artefact.file === file)?.render({ ...handOver, users }) ?? '';
  expect([...render('dovecot-old-mail.conf').matchAll(/location = (.*)/gu)].map(([, location]) => location)).toEqual([
    'mbox:/home/%u/mail',
    '"mbox:/home/%u/old mail"',
    'maildir:/home/%u/100%%/Maildir',
  ]);
  expect(render('migrated-addresses').trim().split('\n')).toHaveLength(users.length);
});
