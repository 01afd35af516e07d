// Senders and recipients at random, with names that break lists and addresses of every kind.
import { chance, phrase, pick } from './words.mjs';

const NAMES = [
  'Smith, Ann',
  '"Bob" O\'Neil',
  "'quoted'",
  'ann@example.org',
  'Ann (Sales) <Berlin>',
  'A\\B',
  'Line\r\nBreak',
  'x'.repeat(300),
  'Dr. No.',
  'a;b',
  'undisclosed: list;',
  '=?utf-8?q?x?=',
];

export function personOf(random, script, strings) {
  const name = chance(random, 35) ? pick(random, NAMES) : chance(random, 8) ? '' : phrase(random, script, 2);
  const domain = pick(random, ['example.org', 'mail.example.com', 'sub.domain.example', 'EXAMPLE.NET']);
  const local = pick(random, ['ann', 'bob.smith', 'x+tag', "o'neil", 'very_long.'.repeat(5) + 'name', 'USER', '1', 'a=b', 'info/sales']);
  return { name, address: `${local}${random.between(0, 99)}@${domain}`, strings };
}

/** Properties of sender and author. */
export function senderOf(person, random) {
  const { put } = person.strings;
  const exchange = `/o=Org/ou=First/cn=Recipients/cn=${person.address.split('@')[0]}`;
  const isExchange = chance(random, 20);
  const own = isExchange
    ? [put(0x0064, 'EX'), put(0x0065, exchange), put(0x5d02, person.address)]
    : [put(0x0064, 'SMTP'), put(0x0065, person.address)];
  const sender = isExchange
    ? [put(0x0c1e, 'EX'), put(0x0c1f, exchange), put(0x5d01, person.address)]
    : [put(0x0c1e, 'SMTP'), put(0x0c1f, person.address)];
  return [put(0x0042, person.name), put(0x0c1a, person.name), ...own, ...sender];
}

/** A one-off entry id, [MS-OXCDATA] 2.2.5.1, in Unicode. */
function oneOff(name, address) {
  return Buffer.concat([
    Buffer.from('00000000812b1fa4bea310199d6e00dd010f540200000180', 'hex'),
    Buffer.from(`${name}\0SMTP\0${address}\0`, 'utf16le'),
  ]);
}

/** A table has one type a column: Unicode, or octets in an ANSI file. */
export function recipientOf(random, person, type, isAnsi) {
  const put = isAnsi ? person.strings.put : (id, text) => [id * 65536 + 0x1f, text];
  const named = [put(0x3001, person.name)];
  const rest = [[0x0c150003, type | (chance(random, 5) ? 0x10000000 : 0)], ...named];
  const kind = random.between(0, 10);
  const exchange = `/o=Org/ou=First/cn=Recipients/cn=r${random.between(0, 1e6)}`;
  if (kind === 0)
    return {
      type,
      name: 'x',
      address: exchange,
      properties: [...rest, put(0x3002, 'EX'), put(0x3003, exchange), put(0x39fe, person.address)],
    };
  if (kind === 1) return { type, name: 'x', properties: [...rest, [0x0fff0102, oneOff(person.name, person.address)]] };
  if (kind === 2)
    return { type, name: 'x', address: 'x', properties: [...rest, put(0x3002, 'SMTP'), put(0x3003, `SMTP:${person.address}`)] };
  return { type, name: 'x', address: 'x', properties: [...rest, put(0x3002, 'SMTP'), put(0x3003, person.address)] };
}
