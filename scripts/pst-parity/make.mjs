// A whole, healthy PST or OST with odd content, from a seed: the same seed gives the same file. What lies in it is told in the words of who reads mail.
import { Random, writePstFile } from '../../packages/pst-writer/dist/index.js';
import { itemsOf } from './items.mjs';
import { mailOf } from './mail.mjs';
import { chance, pick } from './words.mjs';

const KINDS = [
  ['unicode', 'permute'],
  ['unicode', 'cyclic'],
  ['unicode', 'none'],
  ['ansi', 'permute'],
  ['ansi', 'none'],
  ['ansi', 'cyclic'],
  ['ost4k', 'none'],
  ['ost4k', 'none'],
];

const NAMES = [
  'Projects',
  'projects',
  'PROJECTS',
  'a/b',
  'a.b',
  'a_b',
  '100% done',
  ' leading',
  'trailing ',
  'two  blanks',
  '~home',
  '.hidden',
  'cur',
  'new',
  'tmp',
  'Größe',
  'Inbox',
  'INBOX',
  'Sent Items',
  'Drafts',
  '&-amp',
  '&AOQ-',
  'a*b',
  'a"b\\c',
  "it's",
  'tab\there',
  'line\r\nbreak',
  'Clients\\Big',
  'CON',
  '..',
  '.',
  '-',
  'x'.repeat(250),
  '',
  'a:2,S',
  'dovecot-uidlist',
  '*',
  '%',
  'Re: x',
  '(1)',
];
const WIDE = [
  '会議',
  'Проекты',
  '😀 fun',
  'مجلد',
  'abc\u202egnp',
  'e\u0301tude',
  'étude',
  '長'.repeat(120),
  'Zażółć',
  '\u200b',
  'İstanbul',
  'ﬁles',
];
const LOCALISED = {
  en: ['Inbox', 'Sent Items', 'Deleted Items', 'Drafts', 'Junk E-mail'],
  de: ['Posteingang', 'Gesendete Elemente', 'Gelöschte Elemente', 'Entwürfe', 'Junk-E-Mail'],
  fr: ['Boîte de réception', 'Éléments envoyés', 'Éléments supprimés', 'Brouillons', 'Courrier indésirable'],
};
const USES = ['inbox', 'sent', 'trash', 'drafts', 'junk'];

function mailFolder(random, isAnsi, name, path, depth, truth, isJunk = false) {
  const own = [...path, name];
  const mails = Array.from({ length: chance(random, 25) ? 0 : random.between(1, 7) }, () => mailOf(random, isAnsi));
  const flags = (own) => (isJunk ? [...own, '$Junk'].sort() : own);
  truth.push(...mails.map((mail) => ({ ...mail.truth, folder: own, flags: flags(mail.truth.flags) })));
  const names = isAnsi ? NAMES : [...NAMES, ...WIDE];
  const folders = Array.from({ length: depth > 4 ? 0 : random.between(0, 3) - (depth > 1 ? 1 : 0) }, () =>
    mailFolder(random, isAnsi, pick(random, names), own, depth + 1, truth),
  );
  return { name, messages: mails.map(({ spec }) => spec), folders };
}

/** Where a mail has to be: the Inbox is the root, and its folders are below INBOX. */
function placeOf(path, inbox) {
  if (path[0] !== inbox) return path;
  return path.length === 1 ? [] : ['INBOX', ...path.slice(1)];
}

/** Writes the file; returns {variant, cipher, mails, items, written}, mails in the order of writing and with their nids. */
export function makePst(path, seed) {
  const random = new Random(seed * 7919 + 17);
  const [variant, cipher] = pick(random, KINDS);
  const isAnsi = variant === 'ansi';
  const mails = [];
  const language = pick(random, Object.keys(LOCALISED));
  const uses = USES.filter((use) => use === 'inbox' || chance(random, 60));
  const special = uses.map((specialUse) => ({
    ...mailFolder(random, isAnsi, LOCALISED[language][USES.indexOf(specialUse)], [], 1, mails, specialUse === 'junk'),
    specialUse,
  }));
  const names = isAnsi ? NAMES : [...NAMES, ...WIDE];
  const plain = Array.from({ length: random.between(1, 5) }, () => mailFolder(random, isAnsi, pick(random, names), [], 1, mails));
  const items = itemsOf(random, isAnsi);
  const compress = variant === 'ost4k' && chance(random, 50);
  const written = writePstFile(path, { variant, cipher, compress, folders: [...special, ...plain, ...items.folders] });
  for (const [i, mail] of mails.entries())
    Object.assign(mail, { nid: written.messageNids[i], folder: placeOf(mail.folder, LOCALISED[language][0]) });
  return { variant, cipher, mails, items: items.truth, written };
}
