import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarText } from '../../src/formats/mapi/calendar/calendar-file.js';
import { PropertySet } from '../../src/formats/mapi/properties.js';
import { toIcalendar } from '../../src/formats/mapi/to-icalendar.js';
import { toVcard } from '../../src/formats/mapi/to-vcard.js';
import { userFieldProperties } from '../../src/formats/mapi/user-fields.js';
import { CONTEXT, message, PLAIN } from './memory-message.js';

/** A definition stream as far as it is read: its names in UTF-16 among other octets. */
const definitions = (...names: readonly string[]) =>
  Buffer.concat([Buffer.from('0301', 'hex'), ...names.flatMap((name) => [Buffer.from([name.length, 0]), Buffer.from(name, 'utf16le')])]);

const NAMED = [
  ['PSETID_Common', 0x8540, definitions('Kunde: "Nr"', 'Aktiv', 'Orte')],
  ['PS_PUBLIC_STRINGS', 'Kunde: "Nr"', 'A; 4711'],
  ['PS_PUBLIC_STRINGS', 'Aktiv', true],
  ['PS_PUBLIC_STRINGS', 'Orte', ['Köln', 'Bonn']],
  ['PS_PUBLIC_STRINGS', 'Keywords', ['Friends']],
  ['PS_PUBLIC_STRINGS', 'x-of-a-program', 'not of the user'],
] as const;
const FIELDS = [
  ['Kunde: Nr', 'A; 4711'],
  ['Aktiv', 'true'],
  ['Orte', 'Köln, Bonn'],
];

function fieldsOf(component: InstanceType<typeof ICAL.Component> | null): string[][] {
  return (component?.getAllProperties('x-outlook-field') ?? []).map((field) => [
    String(field.getFirstParameter('x-name')).replace(/ +/g, ' ').trim(),
    // ical.js leaves the escapes of a field that it does not know.
    String(field.getFirstValue()).replaceAll('\\', ''),
  ]);
}

describe("fields of the user's own", () => {
  it('are in the vCard of a contact', () => {
    for (const version of [3, 4] as const) {
      const { text } = toVcard(
        message({ PidTagMessageClass: 'IPM.Contact', PidTagDisplayName: 'Ann' }, { named: NAMED }),
        CONTEXT,
        version,
      );
      expect(fieldsOf(new ICAL.Component(ICAL.parse(text)))).toEqual(FIELDS);
    }
  });

  it('are in the VEVENT and the VTODO', () => {
    for (const PidTagMessageClass of ['IPM.Appointment', 'IPM.Task']) {
      const { text } = toIcalendar(message({ ...PLAIN, PidTagMessageClass, PidTagCreationTime: 0 }, { named: NAMED }), CONTEXT);
      const calendar = new ICAL.Component(ICAL.parse(calendarText([text])));
      expect(fieldsOf(calendar.getFirstSubcomponent('vevent') ?? calendar.getFirstSubcomponent('vtodo'))).toEqual(FIELDS);
    }
  });

  it('are found wherever their names stand, also in octets that are not even', () => {
    for (const [before, shift] of [0, 1, 2, 3, 64, 65].flatMap((octets) => [[octets, 0] as const, [octets, 1] as const])) {
      const stream = Buffer.concat([Buffer.alloc(before + shift, 'K'), Buffer.from('Kunde', 'utf16le'), Buffer.from('K')]).subarray(shift);
      const definition = ['PSETID_Common', 0x8540, stream] as const;
      expect(userFieldProperties(message(PLAIN, { named: [definition, ['PS_PUBLIC_STRINGS', 'Kunde', 'A']] }))).toHaveLength(1);
      expect(userFieldProperties(message(PLAIN, { named: [definition, ['PS_PUBLIC_STRINGS', 'Kn', 'A']] }))).toEqual([]);
    }
  });

  it('are none where nothing defines them', () => {
    expect(userFieldProperties(message(PLAIN, { named: NAMED.slice(1) }))).toEqual([]);
  });

  it('read by their types: moments in UTC, money, numbers', () => {
    const names = ['Seit', 'Betrag', 'Zahl', 'Leer'];
    const bare = message(PLAIN, { named: [['PSETID_Common', 0x8540, definitions(...names)]] });
    const values = [Date.UTC(2024, 1, 3), 12_345_000n, 7, ''];
    const typed = Object.assign(bare, {
      *propertiesOf() {
        for (const [i, type] of [0x40, 0x6, 0x3, 0x1f].entries())
          yield { id: 0x8000 + i, type, name: { guid: PropertySet.PS_PUBLIC_STRINGS, id: names[i] ?? '' }, value: values[i] };
      },
    });
    expect(userFieldProperties(typed).map(([, , , value]) => value)).toEqual(['2024-02-03T00:00:00Z', '1234.5', '7']);
  });
});
