// What clients make of many items together: UIDs within one folder, tasks of one series, texts with characters that the formats do not have.
import { describe, expect, it } from 'vitest';
import type { PropertyValue } from '../../src/formats/mapi/object.js';
import { FolderUids, toIcalendar } from '../../src/formats/mapi/to-icalendar.js';
import { toVcard } from '../../src/formats/mapi/to-vcard.js';
import { CONTEXT, message, PLAIN, recipient } from './memory-message.js';

const MINUTE = 60_000;
const START = Date.UTC(2024, 2, 4, 8);
const DAY = 86_400_000;

/** GlobalObjectId of an appointment of Outlook, of one day of a series where a day is given. */
function objectId(day = '00000000'): Buffer {
  return Buffer.from(`040000008200e00074c5b7101a82e008${day}${'00'.repeat(16)}10000000${'07'.repeat(16)}`, 'hex');
}

function appointment(sourceId: string, start: number, day?: string): ReturnType<typeof message> {
  return message(
    { ...PLAIN, PidTagMessageClass: 'IPM.Appointment' },
    {
      sourceId,
      named: [
        ['PSETID_Appointment', 0x820d, start],
        ['PSETID_Appointment', 0x820e, start + 60 * MINUTE],
        ['PSETID_Meeting', 0x3, objectId(day)],
      ],
    },
  );
}

function uidsIn(text: string): string[] {
  return [...text.replace(/\r\n /g, '').matchAll(/^UID:(.*)\r$/gm)].map(([, uid = '']) => uid);
}

describe('UIDs of one folder', () => {
  it('gives a copy of an appointment a UID of its own, the same in every run', () => {
    const convert = (): string[] => {
      const uids = new FolderUids();
      const items = [appointment('nid:0x24', START), appointment('nid:0x44', START + DAY), appointment('nid:0x64', START + 2 * DAY)];
      return items.flatMap((item) => uidsIn(toIcalendar(item, CONTEXT, uids).text));
    };
    const [first, ...copies] = convert();
    expect(first).toMatch(/^040000008200E00074C5B7101A82E008/);
    expect(new Set([first, ...copies]).size).toBe(3);
    expect(convert()).toEqual([first, ...copies]);
  });

  it('leaves the UID of the series to each of its occurrences that lies there alone', () => {
    const uids = new FolderUids();
    const items = [
      appointment('nid:0x24', START, '07e80304'),
      appointment('nid:0x44', START + DAY, '07e80305'),
      appointment('nid:0x64', START),
    ];
    expect(new Set(items.flatMap((item) => uidsIn(toIcalendar(item, CONTEXT, uids).text))).size).toBe(1);
  });

  it('says the same UID to the caller as in the text', () => {
    const uids = new FolderUids();
    toIcalendar(appointment('nid:0x24', START), CONTEXT, uids);
    const { uid, text } = toIcalendar(appointment('nid:0x44', START), CONTEXT, uids);
    expect(uidsIn(text)).toEqual([uid]);
  });
});

const minutes1601 = (ms: number): number => (ms - Date.UTC(1601, 0, 1)) / MINUTE;

/** Every week on Monday, five times from 4 March 2024 on: to 1 April. */
function weekly(): Buffer {
  const octets = Buffer.alloc(58);
  for (const [i, value] of [0x3004, 0x3004, 0x200b, 1, 0].entries()) octets.writeUInt16LE(value, 2 * i);
  const first = Date.UTC(2024, 2, 4);
  const rest = [0, 1, 0, 2, 0x2022, 5, 1, 0, 0, minutes1601(first), minutes1601(first + 28 * DAY)];
  for (const [i, value] of rest.entries()) octets.writeUInt32LE(value, 10 + 4 * i);
  return octets.subarray(0, 10 + 4 * rest.length);
}

function task(...named: readonly (readonly [number, PropertyValue])[]): string {
  const own = [...named, [0x8116, weekly()] as const].map(([id, value]) => ['PSETID_Task', id, value] as const);
  const { text } = toIcalendar(message({ ...PLAIN, PidTagMessageClass: 'IPM.Task' }, { named: own }), CONTEXT);
  return text;
}

describe('tasks that repeat', () => {
  it.each([
    ['a dead occurrence, which Outlook leaves when one is done', 0x8109, true],
    ['one that is said not to repeat', 0x8126, false],
  ])('does not repeat %s', (_, id, value) => {
    const text = task([0x8104, Date.UTC(2024, 2, 11)], [0x811c, true], [id, value]);
    expect(text).toContain('STATUS:COMPLETED');
    expect(text).not.toContain('RRULE');
  });

  it('counts from the first day', () => {
    expect(task([0x8104, Date.UTC(2024, 2, 4)])).toContain('RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5\r\n');
  });

  it('ends where its pattern ends when it has moved on', () => {
    const text = task([0x8104, Date.UTC(2024, 2, 18)], [0x8105, Date.UTC(2024, 2, 18)]);
    expect(text).toContain('DTSTART;VALUE=DATE:20240318\r\n');
    expect(text).toContain('RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20240401\r\n');
  });

  it('begins with its pattern when it has no day of its own', () => {
    expect(task()).toContain('DTSTART;VALUE=DATE:20240304\r\n');
  });

  it('is still to be done when it was put off', () => {
    expect(task([0x8101, 4])).toContain('STATUS:NEEDS-ACTION\r\n');
  });
});

it('is free for others while working elsewhere', () => {
  const named = [['PSETID_Appointment', 0x8205, 4]] as const;
  const { text } = toIcalendar(message({ ...PLAIN, PidTagMessageClass: 'IPM.Appointment' }, { named }), CONTEXT);
  expect(text).toContain('TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n');
});

it.each([
  ['Berlin', Date.UTC(2004, 4, 1, 22), '20040502'],
  ['Auckland in summer', Date.UTC(2004, 11, 24, 11), '20041225'],
  ['Honolulu', Date.UTC(2004, 4, 2, 10), '20040502'],
])('is the whole day that midnight in %s means, without a zone', (_, start, day) => {
  const named = [
    ['PSETID_Appointment', 0x820d, start],
    ['PSETID_Appointment', 0x820e, start + DAY],
    ['PSETID_Appointment', 0x8215, true],
  ] as const;
  const { text } = toIcalendar(message({ ...PLAIN, PidTagMessageClass: 'IPM.Appointment' }, { named }), CONTEXT);
  expect(text).toContain(`DTSTART;VALUE=DATE:${day}\r\n`);
});

it('is called by the one whose row says so, where no sender is stored, and has the link of an online meeting', () => {
  const row = (name: string, flags: number) =>
    recipient({
      PidTagDisplayName: name,
      PidTagAddressType: 'SMTP',
      PidTagEmailAddress: `${name}@example.org`,
      PidTagRecipientFlags: flags,
    });
  const named = [
    ['PSETID_Appointment', 0x8217, 1],
    ['PS_PUBLIC_STRINGS', 'OnlineMeetingExternalLink', 'https://meet.example.org/1'],
  ] as const;
  const meeting = message(
    { PidTagMessageClass: 'IPM.Appointment', PidTagSubject: 'x' },
    { named, recipients: [row('ann', 3), row('bob', 1)] },
  );
  const text = toIcalendar(meeting, CONTEXT).text.replaceAll('\r\n ', '');
  expect(text).toContain('ORGANIZER;CN=ann:mailto:ann@example.org\r\n');
  expect(text.match(/ATTENDEE/g)).toHaveLength(1);
  expect(text).toContain('URL:https://meet.example.org/1\r\n');
});

describe('control characters', () => {
  const odd = 'one\vtwo\r\nthree\rfour\0\x1b\x07\tfive';
  const plain = 'one\\ntwo\\nthree\\nfour\tfive';

  it('are not in a calendar', () => {
    const named = [['PSETID_Appointment', 0x8208, odd]] as const;
    const { text } = toIcalendar(message({ ...PLAIN, PidTagMessageClass: 'IPM.Appointment', PidTagBody: odd }, { named }), CONTEXT);
    expect(text).toContain(`LOCATION:${plain}\r\n`);
    expect(text).toContain(`DESCRIPTION:${plain}\r\n`);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[^\P{Cc}\t]/u);
  });

  it.each([3, 4] as const)('are not in a vCard %i', (version) => {
    const card = message({
      ...PLAIN,
      PidTagMessageClass: 'IPM.Contact',
      PidTagDisplayName: odd,
      PidTagGivenName: odd,
      PidTagBusinessHomePage: odd,
    });
    const { text } = toVcard(card, CONTEXT, version);
    expect(text).toContain(`FN:${plain}\r\nN:;${plain};;;\r\n`);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[^\P{Cc}\t]/u);
  });
});
