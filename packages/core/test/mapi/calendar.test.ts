import { spawnSync } from 'node:child_process';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarText } from '../../src/formats/mapi/calendar/calendar-file.js';
import { readAppointmentRecurrence } from '../../src/formats/mapi/calendar/recurrence-pattern.js';
import type { MapiMessage } from '../../src/formats/mapi/object.js';
import { toIcalendar } from '../../src/formats/mapi/to-icalendar.js';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { attachment, CONTEXT, message, PLAIN, recipient, smtpRecipient } from './memory-message.js';

const MINUTE = 60_000;
const minutes1601 = (year: number, month: number, day: number, hour = 0, minute = 0): number =>
  (Date.UTC(year, month - 1, day, hour, minute) - Date.UTC(1601, 0, 1)) / MINUTE;

class Octets {
  readonly #parts: Buffer[] = [];

  u16(...values: number[]): this {
    for (const value of values) this.#parts.push(Buffer.from(Uint16Array.of(value).buffer));
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#parts.push(Buffer.from(Uint32Array.of(value).buffer));
    return this;
  }

  text(text: string): this {
    this.#parts.push(Buffer.from(text, 'utf16le'));
    return this;
  }

  latin1(text: string): this {
    this.#parts.push(Buffer.from(text, 'latin1'));
    return this;
  }

  end(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

interface Pattern {
  readonly frequency: number;
  readonly kind: number;
  readonly period: number;
  readonly specific: readonly number[];
  readonly end?: number;
  readonly count?: number;
  readonly deleted?: readonly number[];
  readonly modified?: readonly number[];
  readonly start?: number;
  readonly until?: number;
}

const NEVER = 0x2023;

function pattern(p: Pattern): Octets {
  const { deleted = [], modified = [] } = p;
  return new Octets()
    .u16(0x3004, 0x3004, p.frequency, p.kind, 0)
    .u32(0, p.period, 0, ...p.specific, p.end ?? NEVER, p.count ?? 0, 1, deleted.length, ...deleted, modified.length, ...modified)
    .u32(p.start ?? minutes1601(2024, 3, 4), p.until ?? 0x5ae980df);
}

/** 09:00 to 10:00 without exceptions. */
function plainRecurrence(p: Pattern): Buffer {
  return pattern(p).u32(0x3006, 0x3009, 540, 600).u16(0).u32(0, 0).end();
}

/** Central Europe. */
const BERLIN = new Octets().u32(0xffffffc4, 0, 0xffffffc4).u16(0).u16(0, 10, 0, 5, 3, 0, 0, 0).u16(0).u16(0, 3, 0, 5, 2, 0, 0, 0).end();

const START = Date.UTC(2024, 2, 4, 8);
const NAMED = [
  ['PSETID_Appointment', 0x820d, START],
  ['PSETID_Appointment', 0x820e, START + 3_600_000],
  ['PSETID_Appointment', 0x8233, BERLIN],
  ['PSETID_Appointment', 0x8234, '(UTC+01:00) Berlin'],
] as const;

const APPOINTMENT = { ...PLAIN, PidTagMessageClass: 'IPM.Appointment', PidTagSubject: 'Stand-up, "daily"; short' } as const;

function appointment(recur: Buffer, attachments: Parameters<typeof attachment>[] = []): MapiMessage {
  return message(APPOINTMENT, {
    named: [...NAMED, ['PSETID_Appointment', 0x8216, recur]],
    attachments: attachments.map((parameters) => attachment(...parameters)),
  });
}

function components(text: string): InstanceType<typeof ICAL.Component>[] {
  return new ICAL.Component(ICAL.parse(calendarText([text]))).getAllSubcomponents('vevent');
}

/** The first starts of a series in UTC, exceptions and deletions applied, by ical.js. */
function starts(text: string, count: number): string[] {
  const calendar = new ICAL.Component(ICAL.parse(calendarText([text])));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone as never);
  const [master, ...changed] = calendar.getAllSubcomponents('vevent');
  const event = new ICAL.Event(master);
  for (const exception of changed) event.relateException(exception as never);
  const iterator = event.iterator();
  const found: string[] = [];
  for (let i = 0; i < count; i++) {
    const next = iterator.next();
    if (!next) break;
    found.push(event.getOccurrenceDetails(next).startDate.convertToZone(ICAL.Timezone.utcTimezone).toString());
  }
  return found;
}

/** Rules of a pattern that counts from 4 March 2024; the last is the day of its first occurrence where it is another one. */
const RULES: readonly (readonly [string, Pattern, string, string?])[] = [
  ['every second day', { frequency: 0x200a, kind: 0, period: 2880, specific: [] }, 'FREQ=DAILY;INTERVAL=2'],
  ['every weekday', { frequency: 0x200a, kind: 1, period: 1, specific: [0x3e] }, 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  [
    'every third Monday and Thursday',
    { frequency: 0x200b, kind: 1, period: 3, specific: [0x12] },
    'FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH;WKST=MO',
  ],
  ['day 15', { frequency: 0x200c, kind: 2, period: 1, specific: [15] }, 'FREQ=MONTHLY;BYMONTHDAY=15', '15'],
  ['day 31', { frequency: 0x200c, kind: 2, period: 1, specific: [31] }, 'FREQ=MONTHLY;BYMONTHDAY=-1', '31'],
  ['day 30', { frequency: 0x200c, kind: 2, period: 1, specific: [30] }, 'FREQ=MONTHLY;BYMONTHDAY=30', '30'],
  ['last day', { frequency: 0x200c, kind: 4, period: 2, specific: [31] }, 'FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1', '31'],
  ['second Tuesday', { frequency: 0x200c, kind: 3, period: 1, specific: [0x4, 2] }, 'FREQ=MONTHLY;BYDAY=2TU', '12'],
  ['last weekday', { frequency: 0x200c, kind: 3, period: 1, specific: [0x3e, 5] }, 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '29'],
  ['every year', { frequency: 0x200d, kind: 2, period: 12, specific: [4] }, 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=4'],
  ['last Friday of March', { frequency: 0x200d, kind: 3, period: 12, specific: [0x20, 5] }, 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1FR', '29'],
  ['ten times', { frequency: 0x200a, kind: 0, period: 1440, specific: [], end: 0x2022, count: 10 }, 'FREQ=DAILY;COUNT=10'],
  [
    'until the day that stands for no end',
    { frequency: 0x200a, kind: 0, period: 1440, specific: [], end: 0x2021, until: minutes1601(4500, 8, 31) },
    'FREQ=DAILY',
  ],
  [
    'until a date, across the change to summer time',
    { frequency: 0x200a, kind: 0, period: 1440, specific: [], end: 0x2021, until: minutes1601(2024, 4, 30) },
    'FREQ=DAILY;UNTIL=20240430T070000Z',
  ],
];

describe('recurrences', () => {
  it.each(RULES.map(([name, p, rule, first = '04']) => [name, p, rule, first] as const))('%s', (_, p, rule, first) => {
    const { text, issues } = toIcalendar(appointment(plainRecurrence(p)), CONTEXT);
    expect(text.replace(/\r\n /g, '').match(/BEGIN:VEVENT[\s\S]*?RRULE:([^\r]*)/)?.[1]).toBe(rule);
    expect(text).toContain(`DTSTART;TZID="(UTC+01:00) Berlin":202403${first}T090000`);
    expect(issues).toEqual([]);
    expect(() => starts(text, 3)).not.toThrow();
  });

  it.each([
    [
      'Monday and Wednesday, counted from a Tuesday',
      { frequency: 0x200b, kind: 1, period: 1, specific: [0xa], start: minutes1601(2024, 3, 5) },
      ['06', '11', '13'],
    ],
    [
      'every second Monday, counted from a Tuesday',
      { frequency: 0x200b, kind: 1, period: 2, specific: [0x2], start: minutes1601(2024, 3, 5) },
      ['18', '01', '15'],
    ],
    ['twice on day 15', { frequency: 0x200c, kind: 2, period: 1, specific: [15], end: 0x2022, count: 2 }, ['15', '15']],
  ])('begins with its first occurrence: %s', (_, p, days) => {
    const { text } = toIcalendar(appointment(plainRecurrence(p)), CONTEXT);
    expect(starts(text, days.length).map((moment) => moment.slice(8, 10))).toEqual(days);
  });

  it('begins on the day from which it counts where its pattern has no day near it, or that day stands for one', () => {
    const begin = (p: Pattern) => toIcalendar(appointment(plainRecurrence(p)), CONTEXT).text.match(/DTSTART;TZID=.*:(\d+)T/)?.[1];
    expect(begin({ frequency: 0x200b, kind: 1, period: 1, specific: [0] })).toBe('20240304');
    const onLastOfFebruary = { frequency: 0x200c, kind: 2, period: 1, specific: [30], start: minutes1601(2024, 2, 29) };
    expect(begin(onLastOfFebruary)).toBe('20240229');
  });

  it('names a zone without signs that have to be escaped, under which some programs find none', () => {
    const named = [...NAMED.slice(0, 3), ['PSETID_Appointment', 0x8234, '(UTC+01:00) Amsterdam, Berlin; "Bern"\\Rom']] as const;
    const { text } = toIcalendar(message(APPOINTMENT, { named }), CONTEXT);
    expect(text.match(/TZID[:=].*/g)?.slice(0, 2)).toEqual([
      'TZID:(UTC+01:00) Amsterdam Berlin BernRom',
      'TZID="(UTC+01:00) Amsterdam Berlin BernRom":20240304T090000',
    ]);
  });

  it('keeps local time when summer time begins', () => {
    const { text } = toIcalendar(
      appointment(plainRecurrence({ frequency: 0x200b, kind: 1, period: 1, specific: [2], start: minutes1601(2024, 3, 25) })),
      CONTEXT,
    );
    expect(starts(text, 2)).toEqual(['2024-03-25T08:00:00Z', '2024-04-01T07:00:00Z']);
  });

  it('writes deleted and changed occurrences', () => {
    const day = (d: number, h = 0, m = 0) => minutes1601(2024, 3, d, h, m);
    const blob = pattern({ frequency: 0x200a, kind: 0, period: 1440, specific: [], deleted: [day(5), day(6)], modified: [day(7)] })
      .u32(0x3006, 0x3009, 540, 600)
      .u16(1)
      .u32(day(7, 14), day(7, 15), day(6, 9))
      .u16(0x211, 6, 5)
      .latin1('Moved')
      .u16(6, 5)
      .latin1('Cell?')
      .u32(0, 0, 0)
      .u32(day(7, 14), day(7, 15), day(6, 9))
      .u16(5)
      .text('Moved')
      .u16(7)
      .text('Keller€')
      .u32(0, 0)
      .end();
    const inner = message({ ...PLAIN, PidTagBody: 'Changed text' });
    const m = appointment(blob, [
      [{ PidTagAttachmentHidden: true, PidTagAttachmentFlags: 2, PidTagExceptionStartTime: Date.UTC(2024, 2, 7, 14) }, { message: inner }],
    ]);
    expect(readAppointmentRecurrence(blob)?.exceptions[0]).toMatchObject({ subject: 'Moved', location: 'Keller€' });
    const { text, issues } = toIcalendar(m, CONTEXT);
    expect(issues).toEqual([]);
    expect(text).toContain('EXDATE;TZID="(UTC+01:00) Berlin":20240305T090000\r\n');
    expect(text).not.toContain('EXDATE;TZID="(UTC+01:00) Berlin":20240306');
    expect(starts(text, 4)).toEqual(['2024-03-04T08:00:00Z', '2024-03-07T13:00:00Z', '2024-03-07T08:00:00Z', '2024-03-08T08:00:00Z']);
    const changed = components(text)[1];
    expect(changed?.getFirstPropertyValue('summary')).toBe('Moved');
    expect(changed?.getFirstPropertyValue('location')).toBe('Keller€');
    expect(changed?.getFirstPropertyValue('description')).toBe('Changed text');
    expect(Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString()).not.toContain('message/rfc822');
  });

  it('finds the text and the files of a changed occurrence by the moment that it replaces', () => {
    const day = (d: number, h = 0) => minutes1601(2024, 3, d, h);
    const changed = (d: number) => [day(d, 14), day(d, 15), day(d, 9)];
    const blob = pattern({ frequency: 0x200a, kind: 0, period: 1440, specific: [], deleted: [day(5), day(6)], modified: [day(5), day(6)] })
      .u32(0x3006, 0x3009, 540, 600)
      .u16(2)
      .u32(...changed(5))
      .u16(0x200)
      .u32(...changed(6))
      .u16(0x200)
      .u32(0, 0, 0, 0, 0, 0)
      .end();
    // Made on a computer in another zone: its local start is that of the occurrence of the other day.
    const held = (d: number, text: string): Parameters<typeof attachment> => [
      {
        PidTagAttachmentHidden: true,
        PidTagAttachmentFlags: 2,
        PidTagExceptionReplaceTime: Date.UTC(2024, 2, d, 8),
        PidTagExceptionStartTime: Date.UTC(2024, 2, 11 - d, 14),
      },
      { message: message({ ...PLAIN, PidTagBody: text }, { attachments: [attachment({ PidTagAttachLongFilename: 'x.txt' }, text)] }) },
    ];
    const { text } = toIcalendar(appointment(blob, [held(6, 'the sixth'), held(5, 'the fifth')]), CONTEXT);
    const [, fifth, sixth] = components(text);
    expect(fifth?.getFirstPropertyValue('description')).toBe('the fifth');
    expect(sixth?.getFirstPropertyValue('description')).toBe('the sixth');
    expect(String(fifth?.getFirstPropertyValue('recurrence-id'))).toBe('2024-03-05T09:00:00');
    expect(text.replace(/\r\n /g, '')).toContain(Buffer.from('the fifth').toString('base64'));
  });

  it('writes the first occurrence where the rest cannot be read or said', () => {
    const damaged = toIcalendar(appointment(Buffer.alloc(7)), CONTEXT);
    expect(damaged.issues.map((issue) => issue.code)).toEqual(['MAPI_RECURRENCE_UNREADABLE']);
    expect(damaged.text).toContain('DTSTART;TZID="(UTC+01:00) Berlin":20240304T090000');
    const hijri = toIcalendar(appointment(plainRecurrence({ frequency: 0x200c, kind: 10, period: 1, specific: [3] })), CONTEXT);
    expect(hijri.issues.map((issue) => issue.code)).toEqual(['MAPI_RECURRENCE_UNREADABLE']);
    expect(hijri.text).not.toMatch(/BEGIN:VEVENT[\s\S]*RRULE/);
  });

  it('floats without a time zone, and says so', () => {
    const recur = plainRecurrence({ frequency: 0x200a, kind: 0, period: 1440, specific: [] });
    const { text, issues } = toIcalendar(
      message(APPOINTMENT, { named: [...NAMED.slice(0, 2), ['PSETID_Appointment', 0x8216, recur]] }),
      CONTEXT,
    );
    expect(text).toContain('DTSTART:20240304T090000\r\n');
    expect(issues.map((issue) => issue.code)).toEqual(['MAPI_TIME_ZONE_UNKNOWN']);
  });

  it('is total', () => {
    const whole = plainRecurrence({ frequency: 0x200b, kind: 1, period: 1, specific: [2], deleted: [1, 2], modified: [3] });
    for (let size = 0; size <= whole.length; size++) expect(() => toIcalendar(appointment(whole.subarray(0, size)), CONTEXT)).not.toThrow();
    const forged = Buffer.from(whole);
    forged.fill(0xff, 26);
    expect(() => toIcalendar(appointment(forged), CONTEXT)).not.toThrow();
  });
});

describe('appointments', () => {
  it('writes all-day events as dates', () => {
    const m = message(APPOINTMENT, {
      named: [
        ['PSETID_Appointment', 0x820d, Date.UTC(2024, 4, 1, 22)],
        ['PSETID_Appointment', 0x820e, Date.UTC(2024, 4, 3, 22)],
        ['PSETID_Appointment', 0x8215, true],
        ['PSETID_Appointment', 0x8233, BERLIN],
      ],
    });
    expect(toIcalendar(m, CONTEXT).text).toContain('DTSTART;VALUE=DATE:20240502\r\nDTEND;VALUE=DATE:20240504\r\n');
  });

  it('has no end where it takes no time', () => {
    const named = [...NAMED.filter(([, id]) => id !== 0x820e), ['PSETID_Appointment', 0x820e, START] as const];
    const { text } = toIcalendar(message(APPOINTMENT, { named }), CONTEXT);
    expect(text).toContain('DTSTART;TZID="(UTC+01:00) Berlin":20240304T090000\r\n');
    expect(text).not.toContain('DTEND');
    expect(toIcalendar(message(APPOINTMENT, { named: named.slice(0, 1) }), CONTEXT).text).not.toContain('DTEND');
  });

  it('tells a person when it is, where it goes as mail and has no text', () => {
    const { PidTagBody: _, ...untold } = APPOINTMENT;
    const mail = (named: Parameters<typeof message>[1]) =>
      Buffer.from(messageToMime(message(untold, named), CONTEXT).content.bytes()).toString();
    expect(mail({ named: NAMED.slice(0, 2) })).toContain('Start: 2024-03-04 08:00 UTC\r\nEnd: 2024-03-04 09:00 UTC\r\n');
    expect(mail({ named: NAMED })).toContain('Start: 2024-03-04 09:00\r\nEnd: 2024-03-04 10:00\r\n');
    const days = [
      ['PSETID_Appointment', 0x820d, Date.UTC(2024, 4, 1)],
      ['PSETID_Appointment', 0x820e, Date.UTC(2024, 4, 3)],
      ['PSETID_Appointment', 0x8215, true],
    ] as const;
    expect(mail({ named: days })).toContain('Start: 2024-05-01\r\nEnd: 2024-05-02\r\n');
  });

  it('keeps the UID that the appointment has elsewhere', () => {
    const head = Buffer.alloc(40);
    const foreign = Buffer.concat([head, Buffer.from('vCal-Uid\x01\0\0\0abc@example.org\0')]);
    const uid = (id: Buffer) => toIcalendar(message(APPOINTMENT, { named: [['PSETID_Meeting', 0x3, id]] }), CONTEXT).uid;
    expect(uid(foreign)).toBe('abc@example.org');
    const own = Buffer.from(`040000008200e00074c5b7101a82e008${'07e8030f'}${'00'.repeat(16)}10000000${'ab'.repeat(16)}`, 'hex');
    expect(uid(own)).toBe(`040000008200E00074C5B7101A82E008${'00'.repeat(20)}10000000${'AB'.repeat(16)}`);
    expect(uid(Buffer.alloc(3))).toBe(uid(Buffer.alloc(2)));
  });

  it('leaves large files out of calendar files and says so', () => {
    const m = message(APPOINTMENT, {
      named: NAMED,
      attachments: [
        attachment({ PidTagAttachLongFilename: 'a.bin' }, Buffer.alloc(1024 * 1024 + 1)),
        attachment({ PidTagAttachLongFilename: 'b.txt' }, 'small'),
      ],
    });
    const { text, issues } = toIcalendar(m, CONTEXT);
    expect(issues).toEqual([{ code: 'MAPI_ITEM_ATTACHMENT_LEFT', note: 'a.bin' }]);
    expect(text.replace(/\r\n /g, '')).toContain(Buffer.from('small').toString('base64'));
    expect(messageToMime(m, CONTEXT).issues).toEqual([]);
  });

  it('links to files in the web, and says which attachments have no place in a calendar file', () => {
    const cloud = {
      PidTagAttachMethod: 7,
      PidTagAttachLongFilename: 'plan.xlsx',
      PidTagAttachLongPathname: 'https://cloud.example.org/plan',
    };
    const m = message(APPOINTMENT, {
      named: NAMED,
      attachments: [
        attachment(cloud, {}),
        attachment({ PidTagAttachMethod: 5, PidTagDisplayName: 'Invitation' }, { message: message(PLAIN) }),
      ],
    });
    const { text, issues } = toIcalendar(m, CONTEXT);
    expect(text).toContain('ATTACH:https://cloud.example.org/plan\r\n');
    expect(issues).toEqual([{ code: 'MAPI_ITEM_ATTACHMENT_LEFT', note: 'Invitation' }]);
  });
});

describe('meetings', () => {
  const meeting = (messageClass: string) =>
    message(
      { ...PLAIN, PidTagMessageClass: messageClass, PidTagHtml: Buffer.from('<p>Please come</p>'), PidTagInternetCodepage: 65001 },
      {
        recipients: [
          smtpRecipient('Bob', 'bob@example.org'),
          recipient({ PidTagDisplayName: 'Room', PidTagSmtpAddress: 'room@example.org', PidTagRecipientType: 3 }),
        ],
        named: NAMED,
      },
    );
  const text = (m: MapiMessage) => Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString().replace(/\r\n /g, '');

  it('sends a request as the last alternative', () => {
    const mail = text(meeting('IPM.Schedule.Meeting.Request'));
    expect(mail.match(/Content-Type: \S+/g)).toEqual(
      ['multipart/alternative;boundary="=_', 'text/plain;', 'text/html;', 'text/calendar;'].map((type) =>
        expect.stringContaining(type.slice(0, 14)),
      ),
    );
    expect(mail).toContain('Content-Type: text/calendar; charset=utf-8; method=REQUEST');
    expect(mail).toContain('METHOD:REQUEST');
    expect(mail).toContain('ORGANIZER;CN=Ann Smith:mailto:ann@example.org');
    expect(mail).toContain('ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=Bob:mailto:bob@example.org');
    expect(mail).toContain('CUTYPE=RESOURCE');
  });

  it('answers and cancels', () => {
    const answer = text(meeting('IPM.Schedule.Meeting.Resp.Tent'));
    expect(answer).toContain('METHOD:REPLY');
    expect(answer).toContain('ATTENDEE;PARTSTAT=TENTATIVE;CN=Ann Smith:mailto:ann@example.org');
    expect(answer).toContain('ORGANIZER;CN=Bob:mailto:bob@example.org');
    // What a person reads is an address, not a link to it.
    const blank = message(
      { ...PLAIN, PidTagBody: ' ', PidTagMessageClass: 'IPM.Schedule.Meeting.Resp.Tent' },
      { recipients: [smtpRecipient('Bob', 'bob@example.org')], named: NAMED },
    );
    expect(Buffer.from(messageToMime(blank, CONTEXT).content.bytes()).toString()).toContain('\r\nOrganizer: bob@example.org\r\n');
    const cancel = text(meeting('IPM.Schedule.Meeting.Canceled'));
    expect(cancel).toContain('METHOD:CANCEL');
    expect(cancel).toContain('STATUS:CANCELLED');
  });
});

describe('what is about one occurrence of a series', () => {
  /** GlobalObjectId of the occurrence of a day; all octets of 0 for the series. */
  const globalId = (day: string) =>
    Buffer.from(`040000008200e00074c5b7101a82e008${day}${'00'.repeat(16)}10000000${'ab'.repeat(16)}`, 'hex');
  const ids = (day: string) =>
    [
      ['PSETID_Meeting', 0x3, globalId(day)],
      ['PSETID_Meeting', 0x23, globalId('00000000')],
    ] as const;
  const sixth = [...ids('07e80306'), ['PSETID_Meeting', 0x0e, (9 << 12) | (30 << 6)]] as const;
  const cancel = (named: Parameters<typeof message>[1]) =>
    Buffer.from(messageToMime(message({ ...PLAIN, PidTagMessageClass: 'IPM.Schedule.Meeting.Canceled' }, named), CONTEXT).content.bytes())
      .toString()
      .replace(/\r\n /g, '');

  it.each([
    ['the day and time in its ids', [...NAMED, ...sixth], 'RECURRENCE-ID;TZID="(UTC+01:00) Berlin":20240306T093000'],
    ['the day, at the time of its start', [...NAMED, ...ids('07e80306')], 'RECURRENCE-ID;TZID="(UTC+01:00) Berlin":20240306T090000'],
    [
      'the moment that it replaces',
      [...NAMED, ...sixth, ['PSETID_Appointment', 0x8228, Date.UTC(2024, 2, 7, 8)] as const],
      'RECURRENCE-ID;TZID="(UTC+01:00) Berlin":20240307T090000',
    ],
    ['UTC without a zone', [...NAMED.slice(0, 2), ...ids('07e80306')], 'RECURRENCE-ID:20240306T080000Z'],
    ['a date', [...NAMED, ...sixth, ['PSETID_Appointment', 0x8215, true] as const], 'RECURRENCE-ID;VALUE=DATE:20240306'],
  ])('cancels no more than that: %s', (_, named, line) => {
    const text = cancel({ named });
    expect(text).toContain(`${line}\r\n`);
    expect(text).toContain(`UID:040000008200E00074C5B7101A82E008${'00'.repeat(20)}10000000${'AB'.repeat(16)}\r\n`);
  });

  it('has no such id where it is about the series', () => {
    expect(cancel({ named: [...NAMED, ...ids('00000000')] })).not.toContain('RECURRENCE-ID');
    const recur = ['PSETID_Appointment', 0x8216, plainRecurrence({ frequency: 0x200a, kind: 0, period: 1440, specific: [] })] as const;
    expect(toIcalendar(message(APPOINTMENT, { named: [...NAMED, ...sixth, recur] }), CONTEXT).text).not.toContain('RECURRENCE-ID');
  });

  it('stands beside other occurrences of the same series in a calendar file', () => {
    const text = ['07e80306', '07e80307'].map((day) => toIcalendar(message(APPOINTMENT, { named: [...NAMED, ...ids(day)] }), CONTEXT).text);
    expect(new Set(components(text.join('')).map((event) => String(event.getFirstPropertyValue('recurrence-id')))).size).toBe(2);
  });
});

describe('another time that is proposed', () => {
  const answer = (named: Parameters<typeof message>[1]) =>
    Buffer.from(messageToMime(message({ ...PLAIN, PidTagMessageClass: 'IPM.Schedule.Meeting.Resp.Tent' }, named), CONTEXT).content.bytes())
      .toString()
      .replace(/\r\n /g, '');
  const proposal = [
    ['PSETID_Appointment', 0x8257, true],
    ['PSETID_Appointment', 0x8250, START + 7_200_000],
    ['PSETID_Appointment', 0x8251, START + 9_000_000],
  ] as const;

  it('is a counter proposal with that time', () => {
    const text = answer({ recipients: [smtpRecipient('Bob', 'bob@example.org')], named: [...NAMED, ...proposal] });
    expect(text).toContain('text/calendar; charset=utf-8; method=COUNTER');
    for (const line of [
      'METHOD:COUNTER',
      'DTSTART;TZID="(UTC+01:00) Berlin":20240304T110000',
      'DTEND;TZID="(UTC+01:00) Berlin":20240304T113000',
      'ATTENDEE;PARTSTAT=TENTATIVE;CN=Ann Smith:mailto:ann@example.org',
      'ORGANIZER;CN=Bob:mailto:bob@example.org',
    ]) {
      expect(text).toContain(`${line}\r\n`);
    }
    expect(() => ICAL.parse(/BEGIN:VCALENDAR[\s\S]*END:VCALENDAR/.exec(text)?.[0] ?? '')).not.toThrow();
  });

  it('is an ordinary answer without a time', () => {
    expect(answer({ named: [...NAMED, ['PSETID_Appointment', 0x8257, true]] })).toContain('method=REPLY');
  });
});

describe('tasks and journal', () => {
  it('reminds of a task at the moment that was asked for, and knows dates that stand for none', () => {
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'IPM.Task' },
      {
        named: [
          ['PSETID_Task', 0x8104, Date.UTC(4501, 0, 1)],
          ['PSETID_Task', 0x8105, Date.UTC(2024, 0, 5)],
          ['PSETID_Common', 0x8503, true],
          ['PSETID_Common', 0x8502, Date.UTC(2024, 0, 4, 8)],
          ['PSETID_Common', 0x8501, 0],
        ],
      },
    );
    const { text } = toIcalendar(m, CONTEXT);
    expect(text).toContain('TRIGGER;VALUE=DATE-TIME:20240104T080000Z\r\n');
    expect(text).toContain('DUE;VALUE=DATE:20240105\r\n');
    expect(text).not.toContain('DTSTART');
    const [todo] = new ICAL.Component(ICAL.parse(calendarText([text]))).getAllSubcomponents('vtodo');
    expect(todo?.getFirstSubcomponent('valarm')?.getFirstPropertyValue('trigger')?.toString()).toBe('2024-01-04T08:00:00Z');
  });

  it('writes a task', () => {
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'IPM.Task', PidTagImportance: 2 },
      {
        named: [
          ['PSETID_Task', 0x8104, Date.UTC(2024, 0, 2)],
          ['PSETID_Task', 0x8105, Date.UTC(2024, 0, 5)],
          ['PSETID_Task', 0x8101, 1],
          ['PSETID_Task', 0x8102, 0.25],
          ['PS_PUBLIC_STRINGS', 'Keywords', ['Red, green', 'Blue']],
        ],
      },
    );
    const { text } = toIcalendar(m, CONTEXT);
    for (const line of [
      'BEGIN:VTODO',
      'DTSTART;VALUE=DATE:20240102',
      'DUE;VALUE=DATE:20240105',
      'STATUS:IN-PROCESS',
      'PERCENT-COMPLETE:25',
      'PRIORITY:1',
      'CATEGORIES:Red\\, green,Blue',
    ]) {
      expect(text).toContain(`${line}\r\n`);
    }
  });

  it('says when a task is due, even before it was to begin', () => {
    const named = [
      ['PSETID_Task', 0x8104, Date.UTC(2024, 0, 9)],
      ['PSETID_Task', 0x8105, Date.UTC(2024, 0, 5)],
    ] as const;
    const { text } = toIcalendar(message({ ...PLAIN, PidTagMessageClass: 'IPM.Task' }, { named }), CONTEXT);
    expect(text).toContain('DUE;VALUE=DATE:20240105\r\n');
    expect(text).not.toContain('DTSTART');
  });

  it('names the people that an entry is linked to', () => {
    const named = [['PSETID_Common', 0x8586, ['Bob, Jr.', 'Zoe']]] as const;
    const { text } = toIcalendar(message({ ...PLAIN, PidTagMessageClass: 'IPM.Activity' }, { named }), CONTEXT);
    expect(text).toContain('CONTACT:Bob\\, Jr.\r\nCONTACT:Zoe\r\n');
  });

  it('writes a journal entry', () => {
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'IPM.Activity' },
      {
        named: [
          ['PSETID_Log', 0x8700, 'Phone call'],
          ['PSETID_Log', 0x8706, START],
          ['PSETID_Log', 0x8707, 30],
        ],
      },
    );
    const { text } = toIcalendar(m, CONTEXT);
    expect(text).toContain('BEGIN:VJOURNAL');
    expect(text).toContain('DTSTART:20240304T080000Z');
    expect(text).toContain('DESCRIPTION:Duration: 30 min\\nHello');
    expect(text).toContain('CATEGORIES:Phone call');
  });
});

function hasDebianPython(): boolean {
  const isThere = spawnSync('/usr/bin/python3', ['-c', 'import icalendar, vobject']).status === 0;
  if (!isThere && process.env['ORACLE'] === 'required')
    throw new Error('python3-icalendar and python3-vobject are required by ORACLE=required');
  if (!isThere) process.stderr.write('SKIPPED: python3-icalendar or python3-vobject is not installed\n');
  return isThere;
}

describe.runIf(hasDebianPython())('second parsers', () => {
  it('agree on recurrences', () => {
    const texts = RULES.map(([, p]) => toIcalendar(appointment(plainRecurrence(p)), CONTEXT).text);
    const script = `
import icalendar, json, sys, vobject
out = []
for text in json.load(sys.stdin):
    calendar = icalendar.Calendar.from_ical(text)
    assert not any(c.errors for c in calendar.walk()), text
    event = vobject.readOne(text).vevent
    start = event.dtstart.value
    later = (d for d in event.getrruleset(addRDate=True) if d > start)
    out.append([next(later).isoformat()[:19] for _ in range(3)])
json.dump(out, sys.stdout)`;
    const run = spawnSync('/usr/bin/python3', ['-c', script], {
      input: JSON.stringify(texts.map((text) => calendarText([text]))),
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    const second = JSON.parse(run.stdout) as string[][];
    const ours = texts.map((text) => {
      const event = new ICAL.Event(components(text)[0]);
      const iterator = event.iterator();
      const later: string[] = [];
      while (later.length < 3) {
        const next = iterator.next()?.toString() ?? '';
        if (next !== event.startDate.toString()) later.push(next);
      }
      return later;
    });
    expect(second).toEqual(ours);
  });
});

describe('changed occurrences as Outlook means them', () => {
  const day = (d: number, h = 0) => minutes1601(2024, 3, d, h);
  /** Daily at nine, with one changed occurrence on the sixth: what is changed follows its flags. */
  const changedSixth = (flags: number, changes: readonly number[], [start, end] = [day(6, 14), day(6, 15)]) =>
    pattern({ frequency: 0x200a, kind: 0, period: 1440, specific: [], deleted: [day(6)], modified: [day(6)] })
      .u32(0x3006, 0x3009, 540, 600)
      .u16(1)
      .u32(start, end, day(6, 9))
      .u16(flags)
      .u32(...changes)
      .u32(0, 0, 0, 0)
      .end();
  const series = (recur: Buffer, more: readonly (readonly ['PSETID_Appointment' | 'PSETID_Common', number, number | boolean])[] = []) =>
    toIcalendar(message(APPOINTMENT, { named: [...NAMED, ...more, ['PSETID_Appointment', 0x8216, recur]] }), CONTEXT).text;
  const REMINDER = [
    ['PSETID_Common', 0x8503, true],
    ['PSETID_Common', 0x8501, 15],
  ] as const;
  const triggers = (text: string) =>
    components(text).map((event) => String(event.getFirstSubcomponent('valarm')?.getFirstPropertyValue('trigger') ?? 'none'));

  it('remind as the series does, at a time of their own, or not at all', () => {
    expect(triggers(series(changedSixth(0, []), REMINDER))).toEqual(['-PT15M', '-PT15M']);
    expect(triggers(series(changedSixth(0x4, [60]), REMINDER))).toEqual(['-PT15M', '-PT60M']);
    expect(triggers(series(changedSixth(0x8, [0]), REMINDER))).toEqual(['-PT15M', 'none']);
    expect(triggers(series(changedSixth(0xc, [30, 1])))).toEqual(['none', '-PT30M']);
  });

  it('are at an hour in a series of whole days, and whole days in one of hours', () => {
    const timed = series(changedSixth(0x80, [0]), [['PSETID_Appointment', 0x8215, true]]);
    expect(timed).toContain('RECURRENCE-ID;VALUE=DATE:20240306\r\nDTSTART;TZID="(UTC+01:00) Berlin":20240306T140000\r\n');
    expect(timed).toContain('BEGIN:VTIMEZONE');
    const whole = series(changedSixth(0x80, [1], [day(6), day(7)]));
    expect(whole).toContain('DTSTART;VALUE=DATE:20240306\r\nDTEND;VALUE=DATE:20240307\r\n');
  });

  it('have no subject and no place where these were taken away', () => {
    const placed = [...NAMED, ['PSETID_Appointment', 0x8208, 'Room 1']] as const;
    // Subject and place of length 0, in octets and in Unicode.
    const emptied = pattern({ frequency: 0x200a, kind: 0, period: 1440, specific: [], deleted: [day(6)], modified: [day(6)] })
      .u32(0x3006, 0x3009, 540, 600)
      .u16(1)
      .u32(day(6, 14), day(6, 15), day(6, 9))
      .u16(0x11, 1, 0, 1, 0)
      .u32(0, 0, 0, day(6, 14), day(6, 15), day(6, 9))
      .u16(0, 0)
      .u32(0, 0)
      .end();
    const { text } = toIcalendar(message(APPOINTMENT, { named: [...placed, ['PSETID_Appointment', 0x8216, emptied]] }), CONTEXT);
    const shown = components(text).map((event) => ['summary', 'location'].map((name) => event.getFirstPropertyValue(name)));
    expect(shown).toEqual([
      [APPOINTMENT.PidTagSubject, 'Room 1'],
      [null, null],
    ]);
  });

  it('can be cancelled while the series goes on', () => {
    const statuses = components(series(changedSixth(0x2, [7]))).map((event) => event.getFirstPropertyValue('status'));
    expect(statuses).toEqual([null, 'CANCELLED']);
  });

  it('have the attendees of their own message', () => {
    const inner = message(PLAIN, { recipients: [smtpRecipient('Eve', 'eve@example.org')] });
    const held = attachment(
      { PidTagAttachmentHidden: true, PidTagAttachmentFlags: 2, PidTagExceptionReplaceTime: Date.UTC(2024, 2, 6, 8) },
      { message: inner },
    );
    const m = message(APPOINTMENT, {
      recipients: [smtpRecipient('Bob', 'bob@example.org')],
      attachments: [held],
      named: [...NAMED, ['PSETID_Appointment', 0x8216, changedSixth(0, [])]],
    });
    const people = components(toIcalendar(m, CONTEXT).text).map((event) =>
      event.getAllProperties('attendee').map((p) => p.getFirstValue()),
    );
    expect(people).toEqual([['mailto:bob@example.org'], ['mailto:eve@example.org']]);
  });
});

describe('calendars and days that RRULE has no word for', () => {
  const rule = (p: Pattern, calendar = 0, start = Date.UTC(2024, 2, 4, 8)) => {
    const recur = plainRecurrence(p);
    recur.writeUInt16LE(calendar, 8);
    const named = [
      ['PSETID_Appointment', 0x820d, start],
      ['PSETID_Appointment', 0x820e, start + 3_600_000],
      ...NAMED.slice(2),
      ['PSETID_Appointment', 0x8216, recur],
    ] as const;
    const { text, issues } = toIcalendar(message(APPOINTMENT, { named }), CONTEXT);
    return [text.match(/BEGIN:VEVENT[\s\S]*?RRULE:([^\r]*)/)?.[1], issues.map(({ code }) => code)];
  };
  const monthly = { frequency: 0x200c, kind: 2, period: 1, specific: [4] };

  it.each([
    ['Hebrew', 0x8],
    ['Chinese lunar', 0xf],
    ['Korean lunar', 0x14],
    ['Hijri', 0x6],
  ])('does not take months of the %s calendar for Gregorian ones', (_, calendar) => {
    expect(rule(monthly, calendar)).toEqual([undefined, ['MAPI_RECURRENCE_UNREADABLE']]);
    expect(rule({ frequency: 0x200b, kind: 1, period: 1, specific: [2] }, calendar)).toEqual(['FREQ=WEEKLY;BYDAY=MO', []]);
  });

  it('reads calendars that differ in their years alone', () => {
    for (const calendar of [1, 2, 3, 4, 5, 7]) expect(rule(monthly, calendar)).toEqual(['FREQ=MONTHLY;BYMONTHDAY=4', []]);
  });

  it('has what is on 29 February in every year', () => {
    const leap = { frequency: 0x200d, kind: 2, period: 12, specific: [29], start: minutes1601(2024, 2, 29) };
    expect(rule(leap)).toEqual(['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1', []]);
    const { text } = toIcalendar(appointment(plainRecurrence(leap)), CONTEXT);
    expect(starts(text, 3).map((moment) => moment.slice(0, 10))).toEqual(['2024-02-29', '2025-02-28', '2026-02-28']);
  });
});

describe('answers that are asked for and given', () => {
  const flat = (m: MapiMessage) => Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString().replace(/\r\n /g, '');
  const recipients = [smtpRecipient('Bob', 'bob@example.org'), smtpRecipient('Eve', 'eve@example.org')];

  it('asks for an answer where the organizer did, and says what the time will be', () => {
    const request = { ...PLAIN, PidTagMessageClass: 'IPM.Schedule.Meeting.Request' } as const;
    const named = [...NAMED, ['PSETID_Appointment', 0x8205, 1] as const, ['PSETID_Appointment', 0x8224, 3] as const];
    const asked = flat(message({ ...request, PidTagResponseRequested: true }, { recipients, named }));
    expect(asked).toContain('PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob');
    expect(asked).toContain('X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\nX-MICROSOFT-CDO-INTENDEDSTATUS:OOF\r\n');
    expect(flat(message({ ...request, PidTagResponseRequested: false }, { recipients, named }))).not.toContain('RSVP');
  });

  it('tells that a start is made up: MAPI_START_INVENTED', () => {
    const made = { PidTagMessageClass: 'IPM.Appointment', PidTagCreationTime: Date.UTC(2024, 0, 2) } as const;
    const { text, issues } = toIcalendar(message(made), CONTEXT);
    expect(text).toContain('DTSTART:20240102T000000Z\r\n');
    expect(issues.map(({ code }) => code)).toEqual(['MAPI_START_INVENTED']);
    const start = [['PSETID_Common', 0x8516, Date.UTC(2024, 0, 3)]] as const;
    expect(toIcalendar(message(made, { named: start }), CONTEXT).issues).toEqual([]);
  });

  it('has the answer of the owner of the calendar, which no row has', () => {
    const named = [...NAMED, ['PSETID_Appointment', 0x8218, 3] as const, ['PSETID_Appointment', 0x8230, 'Eve'] as const];
    const { text } = toIcalendar(message(APPOINTMENT, { recipients, named }), CONTEXT);
    const answers = components(text)[0]
      ?.getAllProperties('attendee')
      .map((p) => p.getParameter('partstat'));
    expect(answers).toEqual(['NEEDS-ACTION', 'ACCEPTED']);
  });
});
