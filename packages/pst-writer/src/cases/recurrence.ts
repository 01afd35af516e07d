// AppointmentRecurrencePattern and the time zone that goes with it, [MS-OXOCAL] 2.2.1.44.5 and 2.2.1.39, from a few words.

const MINUTE_MS = 60_000;
const EPOCH_1601_MS = Date.UTC(1601, 0, 1);

/** A rule; the numbers are those of [MS-OXOCAL] 2.2.1.44.1. */
export interface Rule {
  /** 0x200a daily, 0x200b weekly, 0x200c monthly, 0x200d yearly. */
  readonly frequency: number;
  readonly patternType: number;
  readonly period: number;
  /** PatternTypeSpecific. */
  readonly specific: readonly number[];
  /** The first day. */
  readonly start: Date;
  /** Occurrences; without end by default. */
  readonly count?: number;
  /** Days whose occurrence was deleted. */
  readonly deleted?: readonly Date[];
}

function minutes(date: Date): number {
  return (date.getTime() - EPOCH_1601_MS) / MINUTE_MS;
}

function u16(...values: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function u32(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

/** The rule as PidLidTaskRecurrence has it: a RecurrencePattern alone. */
export function recurrencePattern(rule: Rule): Buffer {
  const deleted = (rule.deleted ?? []).map(minutes);
  return Buffer.concat([
    u16(0x3004, 0x3004, rule.frequency, rule.patternType, 0),
    u32(0, rule.period, 0, ...rule.specific, rule.count === undefined ? 0x2023 : 0x2022, rule.count ?? 0, 1),
    u32(deleted.length, ...deleted, 0, minutes(rule.start), 0x5ae980df),
  ]);
}

/** The rule as PidLidAppointmentRecur has it; times are minutes of the day. */
export function appointmentRecurrence(rule: Rule, startMinute: number, endMinute: number): Buffer {
  return Buffer.concat([recurrencePattern(rule), u32(0x3006, 0x3009, startMinute, endMinute), u16(0), u32(0, 0)]);
}

/** PidLidTimeZoneStruct of Central Europe. */
export const CENTRAL_EUROPE: Buffer = Buffer.concat([
  u32(0xffffffc4, 0, 0xffffffc4),
  u16(0, 0, 10, 0, 5, 3, 0, 0, 0),
  u16(0, 0, 3, 0, 5, 2, 0, 0, 0),
]);
