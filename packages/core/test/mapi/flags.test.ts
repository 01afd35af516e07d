import { describe, expect, it } from 'vitest';
import { keywordOf, messageFlags, messageKeywords } from '../../src/formats/mapi/flags.js';
import { internalDate } from '../../src/formats/mapi/internal-date.js';
import { itemKind } from '../../src/formats/mapi/item-kind.js';
import { message, type Properties } from './memory-message.js';

const CASES: readonly (readonly [string, Properties, readonly string[]])[] = [
  ['read', { PidTagMessageFlags: 1 }, ['\\Seen']],
  ['unread', { PidTagMessageFlags: 0 }, []],
  ['a draft', { PidTagMessageFlags: 9 }, ['\\Seen', '\\Draft']],
  ['an appointment, which is no draft', { PidTagMessageFlags: 9, PidTagMessageClass: 'IPM.Appointment' }, ['\\Seen']],
  ['answered', { PidTagLastVerbExecuted: 102 }, ['\\Answered']],
  ['answered to all', { PidTagLastVerbExecuted: 103 }, ['\\Answered']],
  ['answered by its icon', { PidTagIconIndex: 0x105 }, ['\\Answered']],
  ['forwarded', { PidTagLastVerbExecuted: 104 }, ['$Forwarded']],
  ['forwarded, and answered by its icon', { PidTagLastVerbExecuted: 104, PidTagIconIndex: 0x105 }, ['\\Answered', '$Forwarded']],
  ['flagged', { PidTagFlagStatus: 2 }, ['\\Flagged']],
  ['completed', { PidTagFlagStatus: 1 }, ['$FlagComplete']],
  ['important', { PidTagImportance: 2 }, ['$Important']],
  ['of low importance', { PidTagImportance: 0 }, ['$LowImportance']],
  ['read, with the receipt sent', { PidTagMessageFlags: 1, PidTagReadReceiptRequested: true }, ['\\Seen', '$MDNSent']],
  ['with the receipt to come', { PidTagMessageFlags: 0x101, PidTagReadReceiptRequested: true }, ['\\Seen']],
];

describe('messageFlags', () => {
  it.each(CASES)('%s', (_, properties, flags) => {
    expect(messageFlags(message(properties))).toEqual(flags);
  });

  it('knows the junk folder and the option for deleted mail', () => {
    const marked = message({ PidTagMessageStatus: 8 });
    expect(messageFlags(marked)).toEqual([]);
    expect(messageFlags(marked, { keepsDeleted: true, specialUse: '\\Junk' })).toEqual(['\\Deleted', '$Junk']);
  });
});

describe('keywords', () => {
  it('are atoms', () => {
    expect(keywordOf('Red Category')).toBe('Red_Category');
    expect(keywordOf('Größe (A) "x"')).toBe('Grosse_A_x_');
    expect(keywordOf('\\Seen')).toBe('_Seen');
    expect(keywordOf('  ')).toBeUndefined();
    expect(keywordOf('\\')).toBe('_');
    expect(keywordOf('(*)')).toBe('_');
    const categories = message({}, { named: [['PS_PUBLIC_STRINGS', 'Keywords', ['Work', 'Work', 'Red Category']]] });
    expect(messageKeywords(categories)).toEqual(['Work', 'Red_Category']);
  });
});

describe('internalDate', () => {
  it('is delivery, submission, creation, change', () => {
    const all: Properties = {
      PidTagMessageDeliveryTime: 4,
      PidTagClientSubmitTime: 3,
      PidTagCreationTime: 2,
      PidTagLastModificationTime: 1,
    };
    expect(internalDate(message(all))).toEqual({ ms: 4, source: 'property' });
    expect(internalDate(message({ PidTagCreationTime: 2, PidTagLastModificationTime: 1 }))).toEqual({ ms: 2, source: 'property' });
    expect(internalDate(message({}))).toEqual({ ms: 0, source: 'none' });
  });
});

describe('itemKind', () => {
  it.each([
    ['IPM.Note', 'mail'],
    ['IPM.Note.SMIME', 'mail'],
    ['IPM.Contact.Custom', 'contact'],
    ['IPM.DistList', 'distributionList'],
    ['IPM.Appointment', 'appointment'],
    ['IPM.Task', 'task'],
    ['IPM.TaskRequest.Accept', 'mail'],
    ['IPM.Activity', 'journal'],
    ['IPM.StickyNote', 'note'],
    ['IPM.Schedule.Meeting.Request', 'mail'],
    ['REPORT.IPM.Note.NDR', 'mail'],
    ['IPM.Post', 'mail'],
    ['Whatever', 'mail'],
  ])('%s is %s', (name, kind) => {
    expect(itemKind(message({ PidTagMessageClass: name }))).toBe(kind);
  });
});
