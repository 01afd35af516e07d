import { expect, test } from 'vitest';
import { parseDovecotLocation } from '../../src/formats/location/dovecot-location.js';

const ann = { user: 'ann@example.org', home: '/home/ann' };

test.each([
  ['mbox:~/mail:INBOX=/var/mail/%u', { format: 'mbox', path: '/home/ann/mail', inbox: '/var/mail/ann@example.org' }],
  ['mbox:%h/mail:INBOX=/var/mail/%d/%n:INDEX=MEMORY', { format: 'mbox', path: '/home/ann/mail', inbox: '/var/mail/example.org/ann' }],
  ['maildir:~/Maildir:LAYOUT=fs', { format: 'maildir', path: '/home/ann/Maildir', layout: 'fs' }],
  ['maildir:/srv/%{domain}/%{username}:UTF-8', { format: 'maildir', path: '/srv/example.org/ann', hasUtf8Names: true }],
  ['Maildir:/srv/100%%', { format: 'maildir', path: '/srv/100%' }],
  ['mdbox:~/mdbox', { format: 'mdbox', path: '/home/ann/mdbox' }],
])('%s', (text, location) => {
  expect(parseDovecotLocation(text, ann)).toMatchObject({ ...location, unknown: [] });
});

test.each([['/var/mail/ann'], ['~/mail'], ['C:\\mail'], ['mail: a folder'], ['archive.mbox'], ['mbox']])('%s is a path', (text) => {
  expect(parseDovecotLocation(text, ann)).toBeUndefined();
});

test('a variable without a value is named', () => {
  expect(parseDovecotLocation('mbox:~/mail:INBOX=/var/mail/%u/%s')?.unknown).toEqual(['~', '%u', '%s']);
});

test('a user without a domain', () => {
  expect(parseDovecotLocation('mbox:/srv/%d/%n', { user: 'ann' })).toMatchObject({ path: '/srv//ann', unknown: [] });
});
