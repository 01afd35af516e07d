import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  checkPst,
  clearSigned,
  type MessageSpec,
  pgpEncrypted,
  recurringAppointment,
  type SignedMail,
  smimeOpaque,
  writePstFile,
} from '../../src/index.js';
import { hasOracle, runPffexport, runReadpst } from '../oracle/oracle.js';
import { sha256 } from '../sample-pst.js';
import { scratch } from '../scratch.js';

const directory = scratch();
const MAIL: SignedMail = { subject: 'signed', from: 'anna@example.org', to: 'bob@example.org', date: new Date(1_577_836_800_000) };
const CMS = Buffer.from('308006092a864886f70d010702a0800000', 'hex');
const ENTITY = Buffer.from(
  'Content-Type: multipart/signed; protocol="application/pgp-signature";\r\n micalg=pgp-sha256; boundary="s"\r\n\r\n--s\r\n\r\ntext \r\n--s--\r\n',
);
const ARMORED = Buffer.from('-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n');
const RECURRENCE = Buffer.from('0430043000200b2000000000', 'hex');

const mails: readonly MessageSpec[] = [smimeOpaque(MAIL, CMS), clearSigned(MAIL, ENTITY), pgpEncrypted(MAIL, ARMORED)];

describe('signed and encrypted mail', () => {
  const path = join(directory, 'signed.pst');
  writePstFile(path, { folders: [{ name: 'Inbox', messages: mails }] });
  const hashes = mails.flatMap(({ attachments = [] }) => attachments.map(({ data = Buffer.alloc(0) }) => sha256(data))).sort();

  test('has the class and the header that name its kind', () => {
    expect(mails.map((mail) => mail.class ?? 'IPM.Note')).toEqual(['IPM.Note.SMIME', 'IPM.Note.SMIME.MultipartSigned', 'IPM.Note']);
    const types = mails.map(({ headers = '' }) => /Content-Type: ([^;]+)/.exec(headers)?.[1]);
    expect(types).toEqual(['application/pkcs7-mime', 'multipart/signed', 'multipart/encrypted']);
    expect(mails[1]?.headers).toContain('micalg=pgp-sha256; boundary="s"\r\n\r\n');
  });

  test('is stored octet for octet', () => {
    expect(checkPst(path)).toMatchObject({ messages: 3, problems: [] });
    expect(hashes).toHaveLength(4);
  });

  test.skipIf(!hasOracle('pffexport'))('pffexport gives its octets', () => {
    expect(runPffexport(path, directory)).toMatchObject({ messages: 3, outer: hashes });
  });

  test.skipIf(!hasOracle('readpst'))('readpst gives its octets', () => {
    expect(runReadpst(path, directory)).toMatchObject({ messages: 3, outer: hashes });
  });
});

test('a recurring appointment has its blob and what else its class needs', () => {
  const start = new Date(1_577_869_200_000);
  const zone = Buffer.alloc(48, 1);
  const item = recurringAppointment({
    subject: 'standup',
    start,
    end: new Date(1_577_870_100_000),
    recurrence: RECURRENCE,
    timeZone: zone,
  });
  expect(item.class).toBe('IPM.Appointment');
  expect(item.named?.map(({ name }) => name)).toEqual([0x820d, 0x820e, 0x8205, 0x8215, 0x8216, 0x8223, 0x8233]);
  expect(item.named?.find(({ name }) => name === 0x8216)?.value).toEqual(RECURRENCE);
  const path = join(directory, 'calendar.pst');
  writePstFile(path, { folders: [{ name: 'Kalender', specialUse: 'calendar', containerClass: 'IPF.Appointment', messages: [item] }] });
  expect(checkPst(path)).toMatchObject({ messages: 1, problems: [] });
});
