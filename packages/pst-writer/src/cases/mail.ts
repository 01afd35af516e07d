// An ordinary mail, as the bulk kinds are made of.
import type { Property } from '../ltp/property.js';
import type { AttachmentSpec, MessageSpec, RecipientSpec } from '../messaging/spec.js';
import type { Random } from './random.js';

/** 2019-01-01T00:00:00Z; each mail is a minute later than the one before. */
const FIRST_MS = 1_546_300_800_000;

/** Sender properties: PidTagSentRepresenting… and PidTagSender…. */
export function senderProperties(name: string, address: string): Property[] {
  return [
    [0x0042001f, name],
    [0x0064001f, 'SMTP'],
    [0x0065001f, address],
    [0x0c1a001f, name],
    [0x0c1e001f, 'SMTP'],
    [0x0c1f001f, address],
  ];
}

/** A mail with headers, a text of `textWords` words and HTML of the same; its number makes it unique. */
export function ordinaryMail(random: Random, number: number, textWords: number, attachments: readonly AttachmentSpec[] = []): MessageSpec {
  const address = `user${random.between(0, 500)}@example.org`;
  const subject = `${random.between(0, 4) === 0 ? 'RE: ' : ''}${random.words(4)} ${number}`;
  const date = new Date(FIRST_MS + number * 60_000);
  const text = random.words(textWords);
  const recipients = ordinaryRecipients(random);
  return {
    subject,
    body: `${text}\r\n`,
    html: Buffer.from(`<html><head><meta charset="utf-8"></head><body><p>${text}</p></body></html>`),
    headers: ordinaryHeaders(number, address, subject, date, recipients),
    date,
    flags: random.between(0, 3) === 0 ? 0 : 1,
    properties: [...senderProperties(`User ${address}`, address), [0x1035001f, `<${number}@example.org>`], [0x3fde0003, 65001]],
    recipients,
    attachments,
  };
}

/** A mail of as little as can be: subject, text, sender, one recipient. */
export function smallMail(random: Random, number: number): MessageSpec {
  return {
    subject: `${random.words(2)} ${number}`,
    body: random.words(4),
    date: new Date(FIRST_MS + number * 60_000),
    properties: [[0x0c1f001f, `user${number % 50}@example.org`]],
    recipients: [{ address: `user${number % 30}@example.org` }],
  };
}

function ordinaryRecipients(random: Random): RecipientSpec[] {
  return Array.from({ length: random.between(1, 5) }, (_, index) => {
    const address = `user${random.between(0, 500)}@example.org`;
    return { type: index === 0 ? 1 : 2, name: `User ${address}`, address };
  });
}

function ordinaryHeaders(number: number, from: string, subject: string, date: Date, recipients: readonly RecipientSpec[]): string {
  const to = recipients.filter(({ type }) => type === 1).map(({ address }) => address);
  const cc = recipients.filter(({ type }) => type === 2).map(({ address }) => address);
  const encoded = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
  return [
    `Received: from mx${number % 7}.example.org (192.0.2.${number % 250}) by mail.example.org with ESMTPS id ${number}; ${date.toUTCString()}`,
    `From: <${from}>`,
    `To: ${to.map((address) => `<${address}>`).join(', ')}`,
    ...(cc.length === 0 ? [] : [`Cc: ${cc.map((address) => `<${address}>`).join(', ')}`]),
    `Subject: ${encoded}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${number}@example.org>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="b"',
    '\r\n',
  ].join('\r\n');
}
