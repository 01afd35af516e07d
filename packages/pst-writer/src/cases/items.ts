// What is not mail, one or more of each kind, and mail that carries what ordinary mail does not.
import { deflateSync } from 'node:zlib';
import type { MessageSpec, NamedProperty } from '../messaging/spec.js';
import { senderProperties } from './mail.js';
import { appointmentRecurrence, CENTRAL_EUROPE, type Rule, recurrencePattern } from './recurrence.js';
import { recurringAppointment } from './signed-mail.js';
import type { TortureCase } from './torture.js';

const START = new Date(Date.UTC(2024, 2, 4, 8));
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

function categories(...names: readonly string[]): NamedProperty {
  return { set: 'PS_PUBLIC_STRINGS', name: 'Keywords', type: 0x101f, value: names };
}

const contact: MessageSpec = {
  class: 'IPM.Contact',
  subject: 'Dr. Jörg Groß',
  body: 'Met in Rome\r\nin May, at 8; "sharp"',
  properties: [
    [0x3001001f, 'Dr. Jörg Groß'],
    [0x3a06001f, 'Jörg'],
    [0x3a11001f, 'Groß; sen.'],
    [0x3a16001f, 'A, B & Co'],
    [0x3a17001f, 'Head'],
    [0x3a08001f, '+49 30 1'],
    [0x3a59001f, 'Berlin'],
    [0x3a5d001f, 'Weg 1\r\nHof'],
    [0x3a420040, new Date(Date.UTC(1980, 4, 16, 22))],
  ],
  named: [{ set: 'PSETID_Address', name: 0x8083, type: 0x1f, value: 'joerg@example.org' }, categories('Friends', 'A,B')],
  attachments: [{ name: 'ContactPicture.jpg', data: Buffer.from('ffd8ffe0', 'hex'), properties: [[0x7fff000b, true]] }],
};

/** A member of a distribution list, [MS-OXOCNTC] 2.2.2.2: a wrapped one-off entry id ([MS-OXCDATA] 2.2.5.1). */
function member(name: string, address: string): Buffer {
  const head = Buffer.from('00000000812b1fa4bea310199d6e00dd010f540200000080', 'hex');
  return Buffer.concat([head, Buffer.from(`${name}\0SMTP\0${address}\0`, 'utf16le')]);
}

const list: MessageSpec = {
  class: 'IPM.DistList',
  subject: 'Team',
  properties: [[0x3001001f, 'Team']],
  named: [
    { set: 'PSETID_Address', name: 0x8053, type: 0x1f, value: 'Team' },
    { set: 'PSETID_Address', name: 0x8054, type: 0x1102, value: [member('Ann', 'ann@example.org'), member('Bob', 'bob@example.org')] },
  ],
};

const DAILY: Rule = { frequency: 0x200a, patternType: 0, period: 1440, specific: [], start: new Date(Date.UTC(2024, 2, 4)) };
const RULES: readonly (readonly [string, Rule])[] = [
  ['every day but two', { ...DAILY, deleted: [new Date(Date.UTC(2024, 2, 5)), new Date(Date.UTC(2024, 2, 6))] }],
  ['ten times', { ...DAILY, count: 10 }],
  ['every third Monday and Thursday', { ...DAILY, frequency: 0x200b, patternType: 1, period: 3, specific: [0x12] }],
  ['last day of every second month', { ...DAILY, frequency: 0x200c, patternType: 4, period: 2, specific: [31] }],
  ['second Tuesday', { ...DAILY, frequency: 0x200c, patternType: 3, period: 1, specific: [4, 2] }],
  ['every fourth of March', { ...DAILY, frequency: 0x200d, patternType: 2, period: 12, specific: [4] }],
];

function appointments(): MessageSpec[] {
  const single: NamedProperty[] = [
    { set: 'PSETID_Appointment', name: 0x820d, type: 0x40, value: START },
    { set: 'PSETID_Appointment', name: 0x820e, type: 0x40, value: new Date(START.getTime() + HOUR_MS) },
    { set: 'PSETID_Appointment', name: 0x8208, type: 0x1f, value: 'Room 1; "Nord", left' },
    { set: 'PSETID_Appointment', name: 0x8233, type: 0x102, value: CENTRAL_EUROPE },
    { set: 'PSETID_Common', name: 0x8503, type: 0xb, value: true },
    { set: 'PSETID_Common', name: 0x8501, type: 0x3, value: 15 },
  ];
  const allDay: NamedProperty[] = [
    { set: 'PSETID_Appointment', name: 0x820d, type: 0x40, value: new Date(Date.UTC(2024, 4, 1, 22)) },
    { set: 'PSETID_Appointment', name: 0x820e, type: 0x40, value: new Date(Date.UTC(2024, 4, 3, 22)) },
    { set: 'PSETID_Appointment', name: 0x8215, type: 0xb, value: true },
    { set: 'PSETID_Appointment', name: 0x8233, type: 0x102, value: CENTRAL_EUROPE },
  ];
  const recurring = RULES.map(([subject, rule]) =>
    recurringAppointment({
      subject,
      start: START,
      end: new Date(START.getTime() + HOUR_MS),
      recurrence: appointmentRecurrence(rule, 540, 600),
      timeZone: CENTRAL_EUROPE,
      named: [{ set: 'PSETID_Appointment', name: 0x8234, type: 0x1f, value: '(UTC+01:00) Berlin' }],
    }),
  );
  return [
    { class: 'IPM.Appointment', subject: 'once', body: 'Bring:\r\n- pens\r\n', named: [...single, categories('Red Category')] },
    { class: 'IPM.Appointment', subject: 'two days', named: allDay },
    ...recurring,
  ];
}

const tasks: readonly MessageSpec[] = [
  {
    class: 'IPM.Task',
    subject: 'tax; again',
    properties: [[0x00170003, 2]],
    named: [
      { set: 'PSETID_Task', name: 0x8104, type: 0x40, value: new Date(Date.UTC(2024, 0, 2)) },
      { set: 'PSETID_Task', name: 0x8105, type: 0x40, value: new Date(Date.UTC(2024, 0, 5)) },
      { set: 'PSETID_Task', name: 0x8101, type: 0x3, value: 1 },
      { set: 'PSETID_Task', name: 0x8102, type: 0x5, value: 0.25 },
    ],
  },
  {
    class: 'IPM.Task',
    subject: 'water the plants',
    named: [
      { set: 'PSETID_Task', name: 0x8104, type: 0x40, value: new Date(Date.UTC(2024, 2, 4)) },
      { set: 'PSETID_Task', name: 0x8105, type: 0x40, value: new Date(Date.UTC(2024, 2, 4)) },
      { set: 'PSETID_Task', name: 0x8116, type: 0x102, value: recurrencePattern({ ...DAILY, period: 2880 }) },
    ],
  },
];

const journal: MessageSpec = {
  class: 'IPM.Activity',
  subject: 'called Bob',
  body: 'about the plan',
  named: [
    { set: 'PSETID_Log', name: 0x8700, type: 0x1f, value: 'Phone call' },
    { set: 'PSETID_Log', name: 0x8706, type: 0x40, value: START },
    { set: 'PSETID_Log', name: 0x8707, type: 0x3, value: 30 },
  ],
};

/** Contacts, a list, appointments with and without recurrence, tasks, a journal entry, a sticky note. */
export function items(): TortureCase {
  return {
    folders: [
      { name: 'Contacts', specialUse: 'contacts', containerClass: 'IPF.Contact', messages: [contact, list] },
      { name: 'Calendar', specialUse: 'calendar', containerClass: 'IPF.Appointment', messages: appointments() },
      { name: 'Tasks', specialUse: 'tasks', containerClass: 'IPF.Task', messages: tasks },
      { name: 'Journal', specialUse: 'journal', containerClass: 'IPF.Journal', messages: [journal] },
      {
        name: 'Notes',
        specialUse: 'notes',
        containerClass: 'IPF.StickyNote',
        messages: [{ class: 'IPM.StickyNote', subject: 'milk', body: 'milk\r\nand bread' }],
      },
    ],
  };
}

/** An attribute of a TNEF stream, [MS-OXTNEF] 2.1.3.2: level, id with its type, length, data, checksum. */
function tnefAttribute(level: number, id: number, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level, 0);
  head.writeUInt16LE(id, 1);
  head.writeUInt16LE(type, 3);
  head.writeUInt32LE(data.length, 5);
  const sum = data.reduce((total, octet) => (total + octet) & 0xffff, 0);
  return Buffer.concat([head, data, Buffer.from([sum & 0xff, sum >>> 8])]);
}

/** A winmail.dat with one file in it. */
function winmail(name: string, data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('789f3e220100', 'hex'),
    tnefAttribute(2, 0x9002, 6, Buffer.alloc(14)),
    tnefAttribute(2, 0x8010, 1, Buffer.from(`${name}\0`)),
    tnefAttribute(2, 0x800f, 6, data),
  ]);
}

/** Native RTF, uncompressed ([MS-OXRTFCP] 2.1.3.1.1: MELA), with a picture in it. */
function rtfWithPicture(): Buffer {
  const png = deflateSync(Buffer.from('not really a picture')).toString('hex');
  const rtf = Buffer.from(
    `{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\b Bold\\b0  and a picture: {\\pict\\pngblip ${png}}\\par}`,
    'latin1',
  );
  const head = Buffer.alloc(16);
  head.writeUInt32LE(rtf.length + 12, 0);
  head.writeUInt32LE(rtf.length, 4);
  head.write('MELA', 8, 'latin1');
  return Buffer.concat([head, rtf]);
}

const PROVIDER = '96357f7f-59e1-47d0-99a7-46515c183b54';
const WHEN = new Date(Date.UTC(2024, 0, 2, 3, 4, 5));

function mail(subject: string, more: MessageSpec): MessageSpec {
  const own: MessageSpec = { subject, date: WHEN, recipients: [{ name: 'Bob', address: 'bob@example.org' }] };
  return { ...own, ...more, properties: [...senderProperties('Ann', 'ann@example.org'), ...(more.properties ?? [])] };
}

/** Every flag, categories, a winmail.dat, a file in the cloud, native RTF, a meeting request, a report, a post, a class that nobody knows. */
export function oddMail(): TortureCase {
  const cloud: NamedProperty[] = [
    { set: PROVIDER, name: 'AttachmentProviderType', type: 0x1f, value: 'OneDrivePro' },
    { set: PROVIDER, name: 'AttachmentOriginalUrl', type: 0x1f, value: 'https://cloud.example.org/original' },
    { set: PROVIDER, name: 'AttachmentPermissionType', type: 0x3, value: 2 },
  ];
  const meeting: NamedProperty[] = [
    { set: 'PSETID_Appointment', name: 0x820d, type: 0x40, value: START },
    { set: 'PSETID_Appointment', name: 0x820e, type: 0x40, value: new Date(START.getTime() + DAY_MS) },
  ];
  const inbox: MessageSpec[] = [
    mail('unread', { body: 'new', flags: 0 }),
    mail('answered', { body: 'a', properties: [[0x10810003, 103]] }),
    mail('forwarded', { body: 'f', properties: [[0x10810003, 104]] }),
    mail('flagged', { body: 'f', properties: [[0x10900003, 2]] }),
    mail('done', { body: 'f', properties: [[0x10900003, 1]] }),
    mail('draft', { body: 'd', flags: 9 }),
    mail('important', { body: 'i', properties: [[0x00170003, 2]] }),
    mail('deleted in IMAP', { body: 'd', properties: [[0x0e170003, 8]] }),
    mail('categories', { body: 'c', named: [categories('Red Category', 'Ärger', 'Work')] }),
    mail('winmail', {
      body: 'w',
      attachments: [{ name: 'winmail.dat', mimeType: 'application/ms-tnef', data: winmail('plan.txt', Buffer.from('the plan')) }],
    }),
    mail('cloud', { body: 'c', attachments: [{ name: 'Budget.xlsx', method: 7, named: cloud }] }),
    mail('native RTF', {
      properties: [
        [0x10090102, rtfWithPicture()],
        [0x10160003, 2],
      ],
    }),
    mail('meeting', { class: 'IPM.Schedule.Meeting.Request', body: 'please come', named: meeting }),
    mail('post', { class: 'IPM.Post', body: 'a note to all' }),
    mail('unknown', { class: 'IPM.Note.Custom.Form', body: 'of a form that nobody has' }),
    mail('report', {
      class: 'REPORT.IPM.Note.NDR',
      properties: [[0x1001001f, 'It did not arrive.']],
      recipients: [
        {
          name: 'Bob',
          address: 'bob@example.org',
          properties: [
            [0x0c200003, 550],
            [0x0c040003, 1],
          ],
        },
      ],
    }),
  ];
  return {
    folders: [
      {
        name: 'Inbox',
        specialUse: 'inbox',
        messages: [...inbox, { class: 'IPM.Configuration.Rules', subject: 'rules', isAssociated: true }],
      },
      { name: 'Junk', specialUse: 'junk', messages: [mail('buy', { body: 'now' })] },
      { name: 'Sync Issues', specialUse: 'syncIssues', messages: [mail('log', { body: 'synchronised' })] },
      { name: 'Hidden', properties: [[0x10f4000b, true]], messages: [mail('behind', { body: 'the scenes' })] },
    ],
    rootFolders: [{ name: 'Recoverable Items', folders: [{ name: 'Deletions', messages: [mail('gone', { body: 'but there' })] }] }],
    searchFolders: [{ name: 'Unread Mail', messages: [0, 1] }],
  };
}
