// GUIDs as text and as stored, and the property sets that tests use, [MS-OXPROPS] 1.3.2.

/** The property sets of [MS-OXPROPS] 1.3.2 by name. */
export const PROPERTY_SETS: Readonly<Record<PropertySetName, string>> = {
  PS_MAPI: '00020328-0000-0000-c000-000000000046',
  PS_PUBLIC_STRINGS: '00020329-0000-0000-c000-000000000046',
  PS_INTERNET_HEADERS: '00020386-0000-0000-c000-000000000046',
  PSETID_Appointment: '00062002-0000-0000-c000-000000000046',
  PSETID_Task: '00062003-0000-0000-c000-000000000046',
  PSETID_Address: '00062004-0000-0000-c000-000000000046',
  PSETID_Common: '00062008-0000-0000-c000-000000000046',
  PSETID_Log: '0006200a-0000-0000-c000-000000000046',
  PSETID_Note: '0006200e-0000-0000-c000-000000000046',
  PSETID_Meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
};

/** A name in {@link PROPERTY_SETS}. */
export type PropertySetName =
  | 'PS_MAPI'
  | 'PS_PUBLIC_STRINGS'
  | 'PS_INTERNET_HEADERS'
  | 'PSETID_Appointment'
  | 'PSETID_Task'
  | 'PSETID_Address'
  | 'PSETID_Common'
  | 'PSETID_Log'
  | 'PSETID_Note'
  | 'PSETID_Meeting';

/** The 16 octets of a GUID in the form 00062008-0000-0000-c000-000000000046: the first three groups are little-endian. */
export function encodeGuid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
