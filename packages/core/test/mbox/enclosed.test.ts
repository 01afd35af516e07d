import { describe, expect, it } from 'vitest';
import { readMbox, TINY } from './read-mbox.js';

const mail = (day: number, header: string, body: string): string =>
  `From x@example.com Mon Jan ${String(day).padStart(2)} 10:00:00 2004\nReturn-Path: <x@example.com>\nSubject: of day ${day}\n${header}\n${body}\n`;

const subjects = (octets: string, tiny: boolean): string[] =>
  readMbox(octets, tiny ? TINY : {}).messages.map((message) => /^Subject: (.*)$/m.exec(message.octets.toString())?.[1] ?? '');

const MULTIPART = 'Content-Type: multipart/mixed; boundary="XX"\n';
const OPENED = '--XX\nContent-Type: text/plain\n\nhello\n';
const BASE = 'X-IMAPbase: 1067890123 0000000009\n';

describe.each([false, true])('what a sender encloses (tiny windows: %s)', (tiny) => {
  it('is not what others sent between the mail that opens a MIME part and the one that closes it', () => {
    const between = mail(5, '', 'one\n') + mail(6, 'Status: RO\n', 'two\n');
    const opened = mail(4, MULTIPART, OPENED);
    const all = ['of day 4', 'of day 5', 'of day 6', 'of day 7'];
    expect(subjects(opened + between + mail(7, '', '\n--XX--\n'), tiny)).toEqual(all);
    expect(subjects(opened + between + mail(7, '', '\n--XX--\n') + mail(8, '', 'later\n'), tiny)).toEqual([...all, 'of day 8']);
  });

  it('is an attached mbox, whose messages are older than the delivery', () => {
    const attached = `${OPENED}--XX\n\n${mail(1, '', 'old\n')}${mail(2, '', 'old\n')}--XX--\n`;
    expect(subjects(mail(4, MULTIPART, attached) + mail(5, '', 'next\n'), tiny)).toEqual(['of day 4', 'of day 5']);
  });

  it.each([
    ['in the body of a later mail', mail(7, '', 'X-UID: 5\n')],
    ['in a message that a later mail encloses', mail(7, 'Content-Type: message/rfc822\n', 'Subject: inner\nX-UID: 5\n\ntext\n')],
    ['in the header of a later mail', mail(7, 'X-UID: 5\n', 'text\n')],
    ['above the last one of the mailbox', mail(7, 'X-UID: 12\n', 'text\n')],
  ])('is no new mail because of an X-UID %s', (_, later) => {
    const known = mail(3, `${BASE}Status: RO\nX-UID: 3\n`, 'known\n') + mail(4, 'Status: RO\nX-UID: 4\n', 'known\n');
    const fresh = mail(5, '', 'new\n') + mail(6, '', 'new\n');
    expect(subjects(known + fresh + later, tiny)).toEqual(['of day 3', 'of day 4', 'of day 5', 'of day 6', 'of day 7']);
  });

  it.each([
    ['in a body', mail(2, '', 'X-UID: 5\n')],
    ['above the last one of the mailbox', mail(2, 'X-UID: 12\n', 'text\n')],
  ])('is no older mail that was put there because of an X-UID %s', (_, later) => {
    const known = mail(3, `${BASE}Status: RO\nX-UID: 3\n`, 'known\n') + mail(4, 'Status: RO\nX-UID: 4\n', 'known\n');
    expect(subjects(known + mail(1, '', 'moved\n') + later, tiny)).toEqual(['of day 3', 'of day 4', 'of day 1', 'of day 2']);
  });

  it('is a whole message that was pasted into a mail that has its X-UID, before one that has the next', () => {
    const known = mail(3, `${BASE}X-UID: 3\n`, `see\n\n${mail(1, '', 'old\n')}`) + mail(4, 'X-UID: 4\n', 'known\n');
    expect(subjects(known, tiny)).toEqual(['of day 3', 'of day 4']);
  });

  it.each([
    ['after a line of text', 'text\nFrom home\nStatus: well\nSubject: none\nand so on\n', 1],
    ['after a blank line, with one field', 'text\n\nFrom home\nStatus: well\n\nand so on\n', 1],
    ['after a blank line, as a message begins', 'text\n\nFrom home\nFrom: x@example.com\nSubject: none\n\nand so on\n', 2],
  ])('is a line `From` and one word before what looks like fields, in a file of dated ones, %s', (_, body, count) => {
    expect(subjects(mail(3, '', body), tiny)).toHaveLength(count);
  });
});
