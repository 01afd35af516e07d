import type { FolderPath } from '@mailferry/core';
import { describe, expect, it } from 'vitest';
import type { ListedMailbox } from '../../src/commands/list.js';
import { PRESETS } from '../../src/session/preset.js';
import { FolderNames, type NamingOptions } from '../../src/upload/folder-names.js';

const box = (name: string, ...attributes: string[]): ListedMailbox => ({ name, delimiter: '/', attributes: new Set(attributes) });
const namesOf = (listed: readonly ListedMailbox[], more: Partial<NamingOptions> = {}): FolderNames =>
  new FolderNames({ namespace: { prefix: '', delimiter: '/' }, preset: PRESETS.unknown, listed, root: [], mapsSpecialUse: true, ...more });
const mailboxOf = (names: FolderNames, ...path: FolderPath): string => names.place({ path }).mailbox;

describe('where a folder goes', () => {
  it('is what the server says a folder is for, before what its name says', () => {
    const names = namesOf([box('Deleted Items'), box('Trash', '\\trash')]);
    expect(mailboxOf(names, 'Trash')).toBe('Trash');
    expect(mailboxOf(names, 'Deleted Items')).toBe('Deleted Items');
    // Entwürfe, which no attribute tells of.
    expect(mailboxOf(namesOf([box('Entw&APw-rfe')]), 'Drafts')).toBe('Entw&APw-rfe');
  });

  it('is never a special folder of somebody else', () => {
    const listed = [box('Other Users/bob/Sent', '\\sent'), box('INBOX'), box('Gesendet', '\\sent')];
    const namespace = { prefix: '', delimiter: '/', foreign: ['Other Users/'] };
    expect(mailboxOf(namesOf(listed, { namespace }), 'Sent')).toBe('Gesendet');
    expect(mailboxOf(namesOf(listed.slice(0, 2), { namespace }), 'Sent')).toBe('Sent');
    // Cyrus with everything of the user below INBOX: what is shared has no prefix at all.
    const below = { prefix: 'INBOX.', delimiter: '.', foreign: ['user.', ''] };
    expect(mailboxOf(namesOf([box('Sent', '\\sent'), box('INBOX.Post', '\\sent')], { namespace: below }), 'Sent')).toBe('INBOX.Post');
  });

  it('is where an earlier run has put it, as long as that is there', () => {
    const before = (path: FolderPath): string =>
      ({ 'Deleted Items': 'Deleted Items', Sent: 'Sent Mail', 'a:b': 'a_b_2' })[path.join('/')] ?? '';
    const listed = [box('Deleted Items'), box('Trash', '\\trash'), box('Post', '\\sent'), box('Sent Mail'), box('a_b'), box('a_b_2')];
    const preset = { ...PRESETS.unknown, badNameChars: ':' };
    const names = namesOf(listed, { before, preset });
    expect(['Deleted Items', 'Sent', 'a:b', 'New'].map((name) => mailboxOf(names, name))).toEqual([
      'Deleted Items',
      'Sent Mail',
      'a_b_2',
      'New',
    ]);
    expect(mailboxOf(namesOf(listed.slice(1), { before }), 'Deleted Items')).toBe('Trash');
    // Told to go elsewhere now: not where it was.
    expect(mailboxOf(namesOf(listed, { before, root: ['Old'] }), 'Deleted Items')).toBe('Old/Deleted Items');
  });

  it('stays where an earlier run has put it, though another folder that is new wants that place first', () => {
    const before = (path: FolderPath): string | undefined => (path[0] === 'Papierkorb' ? 'Bin' : undefined);
    const names = namesOf([box('Bin', '\\trash')], { before });
    names.expect([{ path: ['Deleted Items'] }, { path: ['Papierkorb'] }]);
    expect(mailboxOf(names, 'Deleted Items')).toBe('Deleted Items');
    expect(mailboxOf(names, 'Papierkorb')).toBe('Bin');
  });

  it('is not a name that can hold no mail', () => {
    const names = namesOf([box('Work', '\\noselect'), box('Trash', '\\noselect', '\\trash')]);
    expect(names.place({ path: ['Work'] }).exists).toBe(false);
    expect(names.place({ path: ['Deleted Items'] }).mailbox).toBe('Deleted Items');
  });

  it('is spelled as the server does where case does not count', () => {
    const preset = PRESETS.exchange;
    const names = namesOf([box('Projects')], { preset });
    expect(names.place({ path: ['projects'] })).toMatchObject({ mailbox: 'Projects', exists: true });
    expect(mailboxOf(names, 'PROJECTS')).toBe('Projects_2');
  });
});
