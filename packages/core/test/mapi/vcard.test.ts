import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { entryIdNode } from '../../src/formats/mapi/entry-id.js';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { toVcard } from '../../src/formats/mapi/to-vcard.js';
import { attachment, CONTEXT, message, PLAIN } from './memory-message.js';

const contact = message(
  {
    PidTagMessageClass: 'IPM.Contact',
    PidTagDisplayName: 'Dr. Jörg Groß',
    PidTagGivenName: 'Jörg',
    PidTagSurname: 'Groß; sen.',
    PidTagCompanyName: 'A, B & Co',
    PidTagDepartmentName: 'R;D',
    PidTagTitle: 'Head',
    PidTagBusinessTelephoneNumber: '+49 30 1',
    PidTagHomeFaxNumber: '+49 30 2',
    PidTagHomeAddressStreet: 'Weg 1\r\nHof',
    PidTagHomeAddressCity: 'Berlin',
    PidTagBirthday: Date.UTC(1980, 4, 16, 22),
    PidTagSpouseName: 'Eva',
    PidTagBody: 'Met in Rome\r\nin May',
    PidTagLastModificationTime: Date.UTC(2020, 0, 2, 3, 4, 5),
  },
  {
    named: [
      ['PSETID_Address', 0x8083, 'joerg@example.org'],
      ['PSETID_Address', 0x8093, '/o=Org/cn=x'],
      ['PSETID_Address', 0x8094, 'second@example.org'],
      ['PS_PUBLIC_STRINGS', 'Keywords', ['Friends', 'A,B']],
    ],
    attachments: [attachment({ PidTagAttachmentContactPhoto: true, PidTagAttachMethod: 1 }, Buffer.from([0x89, 0x50, 0x4e, 0x47]))],
  },
);

function oneOff(name: string, address: string): Uint8Array {
  const head = Buffer.from('00000000812b1fa4bea310199d6e00dd010f540200000080', 'hex');
  return Buffer.concat([head, Buffer.from(`${name}\0SMTP\0${address}\0`, 'utf16le')]);
}

describe('toVcard', () => {
  it('writes version 4.0', () => {
    const { text, uid } = toVcard(contact, CONTEXT, 4);
    const card = new ICAL.Component(ICAL.parse(text));
    expect(card.getFirstPropertyValue('uid')).toBe(`urn:uuid:${uid}`);
    expect(card.getFirstPropertyValue('fn')).toBe('Dr. Jörg Groß');
    expect(card.getFirstPropertyValue('n')).toEqual(['Groß; sen.', 'Jörg', '', '', '']);
    expect(card.getFirstPropertyValue('org')).toEqual(['A, B & Co', 'R;D']);
    expect(card.getAllProperties('email').map((email) => email.getFirstValue())).toEqual(['joerg@example.org', 'second@example.org']);
    expect(card.getFirstPropertyValue('adr')).toEqual(['', '', 'Weg 1\nHof', 'Berlin', '', '', '']);
    expect(String(card.getFirstPropertyValue('bday'))).toBe('1980-05-17');
    expect(card.getFirstPropertyValue('note')).toBe('Met in Rome\nin May');
    expect(text.replace(/\r\n /g, '')).toContain('PHOTO:data:image/png;base64,iVBORw==');
    expect(text).toContain('CATEGORIES:Friends,A\\,B');
  });

  it('writes version 3.0', () => {
    const { text } = toVcard(contact, CONTEXT, 3);
    expect(text).toContain('VERSION:3.0\r\n');
    expect(text).toContain('EMAIL;TYPE=internet:joerg@example.org');
    expect(text).toContain('X-SPOUSE');
    expect(text).toMatch(/PHOTO;ENCODING=b;TYPE=PNG.*:iVBORw==/);
  });

  it('writes distribution lists with their members', () => {
    const list = message(
      { PidTagMessageClass: 'IPM.DistList', PidTagDisplayName: 'Team' },
      { named: [['PSETID_Address', 0x8054, [oneOff('Ann', 'ann@example.org'), oneOff('Bob', 'bob@example.org')]]] },
    );
    const { text } = toVcard(list, CONTEXT, 4);
    expect(text).toContain('KIND:group\r\nMEMBER:mailto:ann@example.org\r\nMEMBER:mailto:bob@example.org\r\n');
    expect(text).toContain('NOTE:Ann <ann@example.org>\\nBob <bob@example.org>');
  });

  it('names a list in a list by its card', () => {
    const named = [['PSETID_Address', 0x8054, [oneOff('Ann', 'ann@example.org')]]] as const;
    const inner = message({ PidTagMessageClass: 'IPM.DistList', PidTagDisplayName: 'Inner' }, { named });
    const contact = message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Carl' });
    // A wrapped entry id of a PST: the record key of the store and the node.
    const entryId = (nid: string) => Buffer.from(`00000000c091add3519dcf11a4a900aa0047faa4b400000000${'07'.repeat(16)}${nid}`, 'hex');
    const asked: unknown[] = [];
    const stored = (id: Uint8Array) => {
      const node = entryIdNode(id);
      asked.push(node);
      return node?.nid === 0x200024 ? inner : node?.nid === 0x200044 ? contact : undefined;
    };
    const own = [entryId('24002000'), entryId('44002000'), entryId('64002000'), oneOff('Bob', 'bob@example.org')];
    const named2 = ['Inner', 'Carl', 'Gone'].map((name) => oneOff(name, 'Unknown'));
    const outer = message(
      { PidTagMessageClass: 'IPM.DistList', PidTagDisplayName: 'Outer' },
      {
        named: [
          ['PSETID_Address', 0x8054, [...named2, oneOff('Bob', 'bob@example.org')]],
          ['PSETID_Address', 0x8055, own],
        ],
      },
    );
    const uid = /UID:(.*)\r\n/.exec(toVcard(inner, CONTEXT, 4).text)?.[1];
    const { text } = toVcard(outer, { ...CONTEXT, stored }, 4);
    expect(uid).toMatch(/^urn:uuid:/);
    expect(text).toContain(`KIND:group\r\nMEMBER:${uid}\r\nMEMBER:mailto:bob@example.org\r\n`);
    expect(text).toContain('NOTE:Inner\\nCarl\\nGone\\nBob <bob@example.org>');
    expect(asked[0]).toEqual({ recordKey: '07'.repeat(16), nid: 0x200024 });
    expect(toVcard(outer, { ...CONTEXT, stored }, 3).text).toContain(`X-ADDRESSBOOKSERVER-MEMBER:${uid}\r\n`);
  });

  it.each([3, 4] as const)('escapes the semicolon of a text, in version %i', (version) => {
    const { text } = toVcard(
      message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Ann; Bob', PidTagBody: 'at 8; "sharp"\\' }),
      CONTEXT,
      version,
    );
    expect(text).toContain('FN:Ann\\; Bob\r\n');
    expect(text).toContain('NOTE:at 8\\; "sharp"\\\\\r\n');
  });

  it('resolves Exchange addresses with what the store knows', () => {
    const named = [['PSETID_Address', 0x8083, '/o=Org/cn=carl']] as const;
    const context = { ...CONTEXT, addressDirectory: new Map([['/O=ORG/CN=CARL', 'carl@example.org']]) };
    const m = message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Carl' }, { named });
    expect(toVcard(m, context, 4).text).toContain('EMAIL:carl@example.org\r\n');
    const head = Buffer.from('00000000dca740c8c042101ab4b908002b2fe1820100000000000000', 'hex');
    const member = Buffer.concat([head, Buffer.from('/o=Org/cn=carl\0')]);
    const list = message({ PidTagMessageClass: 'IPM.DistList', PidTagDisplayName: 'T' }, { named: [['PSETID_Address', 0x8055, [member]]] });
    expect(toVcard(list, context, 4).text).toContain('MEMBER:mailto:carl@example.org\r\n');
  });

  it.each([
    ['a local birthday in New Zealand', Date.UTC(1990, 5, 9, 11), Date.UTC(1990, 5, 10), '1990-06-10'],
    ['one before 1970', Date.UTC(1931, 2, 10, 11, 59), undefined, '1931-03-10'],
    ['the time that stands for none', Date.UTC(4501, 0, 1), Date.UTC(4501, 0, 1), undefined],
  ])('writes %s', (_, birthday, local, expected) => {
    const named = local === undefined ? [] : ([['PSETID_Address', 0x80de, local]] as const);
    const m = message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Ann', PidTagBirthday: birthday }, { named });
    const card = new ICAL.Component(ICAL.parse(toVcard(m, CONTEXT, 4).text));
    expect(card.getFirstPropertyValue('bday')?.toString()).toBe(expected);
  });

  it.each([
    [
      3,
      [
        'CLASS:PRIVATE',
        'TEL;TYPE=car:1',
        'TEL;TYPE=voice,pref:3',
        'X-CHILD;VALUE=TEXT:Kid',
        'SORT-STRING:Ann (work)',
        'BDAY;VALUE=DATE:19900610',
      ],
    ],
    [
      4,
      [
        'X-CLASS;VALUE=TEXT:PRIVATE',
        'TEL;TYPE=x-car;VALUE=TEXT:1',
        'TEL;TYPE=voice;PREF=1;VALUE=TEXT:3',
        'RELATED;TYPE=child;VALUE=TEXT:Kid',
      ],
    ],
    [4, ['X-FILE-AS;VALUE=TEXT:Ann (work)', 'BDAY:19900610', 'TEL;TYPE=work,voice,x-assistant;VALUE=TEXT:2', 'URL:ftp://f.example.org']],
  ] as const)('says in version %i whose number it is, whose child, and how it is filed', (version, lines) => {
    const m = message(
      {
        PidTagMessageClass: 'IPM.Contact',
        PidTagDisplayName: 'Ann',
        PidTagSensitivity: 2,
        PidTagCarTelephoneNumber: '1',
        PidTagAssistantTelephoneNumber: '2',
        PidTagPrimaryTelephoneNumber: '3',
        PidTagChildrensNames: ['Kid'],
        PidTagFtpSite: 'ftp://f.example.org',
        PidTagBirthday: Date.UTC(1990, 5, 10),
      },
      { named: [['PSETID_Address', 0x8005, 'Ann (work)']] },
    );
    const text = toVcard(m, CONTEXT, version).text.replaceAll('\r\n ', '').split('\r\n');
    for (const line of lines) expect(text).toContain(line);
  });

  it.each([
    ['ann@chat.example.org', 'im:ann@chat.example.org'],
    ['sip:ann@example.org', 'sip:ann@example.org'],
    ['Skype: ann b', 'im:Skype%3A%20ann%20b'],
  ])('gives %s as a URI', (stored, expected) => {
    const m = message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Ann' }, { named: [['PSETID_Address', 0x8062, stored]] });
    expect(toVcard(m, CONTEXT, 4).text).toContain(`IMPP:${expected}\r\n`);
    expect(toVcard(m, CONTEXT, 3).text).toContain(`IMPP;VALUE=URI:${expected}\r\n`);
  });

  it('sends no mail to a fax number, and says which address is none', () => {
    const head = Buffer.from('00000000812b1fa4bea310199d6e00dd010f540200000080', 'hex');
    const fax = Buffer.concat([head, Buffer.from('Ann (fax)\0FAX\0Ann@+49 30 1\0'.replace(' 30 ', ''), 'utf16le')]);
    const list = message({ PidTagMessageClass: 'IPM.DistList', PidTagDisplayName: 'T' }, { named: [['PSETID_Address', 0x8054, [fax]]] });
    expect(toVcard(list, CONTEXT, 4).text).not.toContain('MEMBER');
    expect(toVcard(list, CONTEXT, 4).text).toContain('NOTE:Ann (fax) <Ann@+491>\r\n');
    const named = [
      ['PSETID_Address', 0x8082, 'EX'],
      ['PSETID_Address', 0x8083, '/o=Org/cn=zed'],
    ] as const;
    const { issues } = toVcard(message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Zed' }, { named }), CONTEXT, 4);
    expect(issues).toEqual([{ code: 'MAPI_ADDRESS_UNRESOLVED', note: '/o=Org/cn=zed' }]);
  });

  it('has what vCard knows by other names, or by none', () => {
    const m = message(
      {
        PidTagMessageClass: 'IPM.Contact',
        PidTagDisplayName: 'Ann',
        PidTagGender: 1,
        PidTagHobbies: 'Chess',
        PidTagOfficeLocation: 'Room 7',
      },
      {
        named: [
          ['PSETID_Address', 0x80d8, 'https://example.org/ann.ifb'],
          ['PSETID_Address', 0x804f, 'first'],
        ],
      },
    );
    const values = (version: 3 | 4, names: readonly string[]) => {
      const card = new ICAL.Component(ICAL.parse(toVcard(m, CONTEXT, version).text));
      return names.map((name) => card.getFirstPropertyValue(name));
    };
    expect(values(4, ['gender', 'hobby', 'fburl', 'x-office', 'x-custom1'])).toEqual([
      'F',
      'Chess',
      'https://example.org/ann.ifb',
      'Room 7',
      'first',
    ]);
    expect(values(3, ['gender', 'x-gender', 'x-hobby'])).toEqual([null, 'F', 'Chess']);
  });

  it.each([3, 4] as const)('leaves the commas of an address in the web alone, version %s', (version) => {
    const page = 'https://example.org/map?at=1,2;b=3';
    const { text } = toVcard(
      message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'A, B; C', PidTagBusinessHomePage: page }),
      CONTEXT,
      version,
    );
    expect(text).toContain(`URL:${page}\r\n`);
    expect(text).toContain('FN:A\\, B\\; C\r\n');
  });

  it('MAPI_ITEM_ATTACHMENT_LEFT: has no place for files', () => {
    const photo = attachment({ PidTagAttachmentContactPhoto: true }, Buffer.from([0x89, 0x50]));
    const cv = attachment({ PidTagAttachLongFilename: 'cv.pdf' }, '%PDF');
    const m = message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Ann' }, { attachments: [photo, cv] });
    expect(toVcard(m, CONTEXT, 4).issues).toEqual([{ code: 'MAPI_ITEM_ATTACHMENT_LEFT', note: 'cv.pdf' }]);
    const mail = messageToMime(m, CONTEXT);
    expect(mail.issues).toEqual([]);
    expect(Buffer.from(mail.content.bytes()).toString()).toContain('filename=cv.pdf');
  });

  it('is attached to a contact that goes as mail', () => {
    const { PidTagBody: _, ...rest } = {
      PidTagMessageClass: 'IPM.Contact',
      PidTagDisplayName: 'Ann',
      PidTagSubject: 'Ann',
      PidTagBody: '',
    };
    const mail = Buffer.from(messageToMime(message({ ...rest, PidTagMobileTelephoneNumber: '+49 1' }), CONTEXT).content.bytes()).toString();
    expect(mail).toContain('Name: Ann\r\nTelephone: +49 1\r\n');
    expect(mail).toContain('Content-Type: text/vcard; charset=utf-8');
    expect(mail).toContain('filename=Ann.vcf');
  });
});

describe('certificates', () => {
  const DER = Buffer.from('30030201ff', 'hex');
  const SIGNED = Buffer.from('3080ab', 'hex');
  const setting = (tag: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(tag, 0);
    head.writeUInt16LE(data.length + 4, 2);
    return Buffer.concat([head, data]);
  };
  const settings = Buffer.concat([setting(1, Buffer.from([0, 0, 0, 0])), setting(3, DER), setting(8, DER), setting(8, Buffer.from('x'))]);
  const card = (version: 3 | 4, value: readonly Uint8Array[]) =>
    toVcard(message({ ...PLAIN, PidTagMessageClass: 'IPM.Contact', PidTagUserX509Certificate: value }), CONTEXT, version).text.replace(
      /\r\n /g,
      '',
    );

  it('are keys, each once, whichever of the two forms they are in', () => {
    const lines = card(4, [settings, SIGNED]).match(/^KEY[^\r]*/gm);
    expect(lines).toEqual([
      `KEY:data:application/pkix-cert;base64,${DER.toString('base64')}`,
      `KEY:data:application/pkcs7-mime;base64,${SIGNED.toString('base64')}`,
    ]);
    expect(card(3, [settings])).toContain(`KEY;ENCODING=b;TYPE=X509:${DER.toString('base64')}\r\n`);
  });

  it('are none where the settings end early', () => {
    for (let size = 0; size < 13; size++) expect(card(4, [settings.subarray(0, size)])).not.toContain('KEY');
  });
});
