import { describe, expect, test } from 'vitest';
import { SPECIAL_USE_NAMES } from '../../src/formats/special-use/names.js';
import { assignSpecialUse, foldFolderName, specialUseOfName } from '../../src/formats/special-use/special-use.js';
import { pathKey } from '../../src/model/folder.js';

test.each([
  ['Sent', '\\Sent'],
  ['sent-mail', '\\Sent'],
  ['Envoyés', '\\Sent'],
  ['Envoye\u0301s', '\\Sent'],
  ['Gesendete Objekte', '\\Sent'],
  ['ОТПРАВЛЕННЫЕ', '\\Sent'],
  ['已发送', '\\Sent'],
  ['送信済みアイテム', '\\Sent'],
  ['보낸 편지함', '\\Sent'],
  ['פריטים שנשלחו', '\\Sent'],
  ['Gönderilmiş Öğeler', '\\Sent'],
  ['Черновики', '\\Drafts'],
  ['postponed-msgs', '\\Drafts'],
  ['Πρόχειρα', '\\Drafts'],
  ['Papierkorb', '\\Trash'],
  ['Deleted  Items', '\\Trash'],
  ['ごみ箱', '\\Trash'],
  ['Junk E-Mail', '\\Junk'],
  ['迷惑メール', '\\Junk'],
  ['saved-messages', '\\Archive'],
  ['Архив', '\\Archive'],
])('%s means %s', (name, use) => {
  expect(specialUseOfName([name])).toBe(use);
});

test.each([['Postausgang'], ['Outbox'], ['Исходящие'], ['sent-mail-2003'], ['friends'], ['INBOX']])('%s means nothing', (name) => {
  expect(specialUseOfName([name])).toBeUndefined();
});

test('only the top, and what stands for it, has special folders', () => {
  expect(specialUseOfName(['INBOX', 'Sent'])).toBe('\\Sent');
  expect(specialUseOfName(['[Gmail]', 'Sent Mail'])).toBe('\\Sent');
  expect(specialUseOfName(['clients', 'Sent'])).toBeUndefined();
  expect(specialUseOfName(['INBOX', 'a', 'Sent'])).toBeUndefined();
});

describe('at most one folder has a use', () => {
  test.each([
    [[['sent-mail'], ['Sent']], 'Sent'],
    [[['INBOX', 'Sent'], ['sent-mail']], 'sent-mail'],
    [[['Gesendet'], ['Sent Items']], 'Sent Items'],
    [[['saved-messages'], ['Archive']], 'Archive'],
  ])('%j: %s', (paths, best) => {
    expect([...assignSpecialUse(paths)].map(([key]) => key)).toEqual([pathKey([best])]);
  });
});

test('the table is folded, names no folder twice within a use, and knows forty languages', () => {
  for (const [use, names] of SPECIAL_USE_NAMES) {
    const folded = names.map(foldFolderName);
    expect(folded.filter((name, index) => name !== names[index])).toEqual([]);
    expect(
      folded.filter((name, index) => folded.indexOf(name) !== index),
      use,
    ).toEqual([]);
    expect(names.length).toBeGreaterThan(40);
  }
});

test('no name has two uses', () => {
  const seen = new Map<string, string>();
  for (const [use, names] of SPECIAL_USE_NAMES) {
    for (const name of names) {
      expect([name, seen.get(name) ?? use]).toEqual([name, use]);
      seen.set(name, use);
    }
  }
});
