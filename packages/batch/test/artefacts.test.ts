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
  expect(rendered('runbook.md')).toContain('--group pilot');
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
