// Mail whose octets the caller gives: S/MIME, PGP/MIME and recurring appointments.
import type { MessageSpec, NamedProperty } from '../messaging/spec.js';
import { senderProperties } from './mail.js';

/** The outer header fields of a signed or encrypted mail, as PidTagTransportMessageHeaders has them. */
export interface SignedMail {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly date: Date;
}

/** S/MIME opaque ([MS-OXOSMIME] 2.1.1): class IPM.Note.SMIME, one attachment with the CMS octets (DER). */
export function smimeOpaque(mail: SignedMail, cms: Uint8Array): MessageSpec {
  const type = 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"';
  return {
    ...envelope(mail, type),
    class: 'IPM.Note.SMIME',
    attachments: [{ name: 'smime.p7m', mimeType: 'application/pkcs7-mime', data: cms }],
  };
}

/**
 * Clear-signed ([MS-OXOSMIME] 2.1.2), S/MIME or PGP: class IPM.Note.SMIME.MultipartSigned, one attachment that is the
 * whole multipart/signed entity with its own header fields.
 */
export function clearSigned(mail: SignedMail, entity: Uint8Array): MessageSpec {
  const contentType = /^content-type:\s*([\s\S]*?)\r?\n(?![ \t])/im.exec(Buffer.from(entity).toString('latin1'))?.[1];
  return {
    ...envelope(mail, contentType ?? 'multipart/signed'),
    class: 'IPM.Note.SMIME.MultipartSigned',
    attachments: [{ name: 'smime.p7m', mimeType: 'multipart/signed', data: entity }],
  };
}

/** PGP/MIME encrypted (RFC 3156 section 4): two ordinary attachments, and the type in the transport headers only. */
export function pgpEncrypted(mail: SignedMail, armored: Uint8Array): MessageSpec {
  const type = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="pgp"';
  return {
    ...envelope(mail, type),
    attachments: [
      { mimeType: 'application/pgp-encrypted', name: 'PGPMIME version identification', data: Buffer.from('Version: 1\r\n') },
      { mimeType: 'application/octet-stream', name: 'encrypted.asc', data: armored },
    ],
  };
}

function envelope({ subject, from, to, date }: SignedMail, contentType: string): MessageSpec {
  const fields = [`From: <${from}>`, `To: <${to}>`, `Subject: ${subject}`, `Date: ${date.toUTCString().replace('GMT', '+0000')}`];
  return {
    subject,
    date,
    headers: `${[...fields, 'MIME-Version: 1.0', `Content-Type: ${contentType}`].join('\r\n')}\r\n\r\n`,
    properties: senderProperties(from, from),
    recipients: [{ type: 1, name: to, address: to }],
  };
}

/** A recurring appointment; the blob is an AppointmentRecurrencePattern, [MS-OXOCAL] 2.2.1.44.5. */
export interface RecurringAppointment {
  readonly subject: string;
  readonly start: Date;
  readonly end: Date;
  readonly recurrence: Uint8Array;
  /** PidLidTimeZoneStruct, [MS-OXOCAL] 2.2.1.39. */
  readonly timeZone?: Uint8Array;
  readonly named?: readonly NamedProperty[];
}

/** IPM.Appointment with PidLidAppointmentRecur and the properties that go with it. */
export function recurringAppointment(appointment: RecurringAppointment): MessageSpec {
  const named: NamedProperty[] = [
    { set: 'PSETID_Appointment', name: 0x820d, type: 0x0040, value: appointment.start },
    { set: 'PSETID_Appointment', name: 0x820e, type: 0x0040, value: appointment.end },
    { set: 'PSETID_Appointment', name: 0x8205, type: 0x0003, value: 2 },
    { set: 'PSETID_Appointment', name: 0x8215, type: 0x000b, value: false },
    { set: 'PSETID_Appointment', name: 0x8216, type: 0x0102, value: appointment.recurrence },
    { set: 'PSETID_Appointment', name: 0x8223, type: 0x000b, value: true },
  ];
  if (appointment.timeZone !== undefined) {
    named.push({ set: 'PSETID_Appointment', name: 0x8233, type: 0x0102, value: appointment.timeZone });
  }
  named.push(...(appointment.named ?? []));
  return { class: 'IPM.Appointment', subject: appointment.subject, date: appointment.start, named };
}
