import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { attachment, CONTEXT, message, PLAIN } from './memory-message.js';
import { hasPython, pythonMessages } from './python-email.js';

const directory = mkdtempSync(join(tmpdir(), 'mailferry-signed-'));
afterAll(() => rmSync(directory, { recursive: true }));

function has(tool: string): boolean {
  const isThere = spawnSync(tool, [tool === 'openssl' ? 'version' : '--version']).status === 0;
  if (!isThere && process.env['ORACLE'] === 'required') throw new Error(`${tool} is required by ORACLE=required`);
  if (!isThere) process.stderr.write(`SKIPPED: ${tool} is not installed\n`);
  return isThere;
}

function run(tool: string, args: readonly string[], input?: Uint8Array): Buffer {
  const home = { ...process.env, GNUPGHOME: directory };
  const done = spawnSync(tool, args, { cwd: directory, input, env: home });
  if (done.status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${done.stderr.toString()}`);
  return done.stdout;
}

function crlf(octets: Buffer): Buffer {
  return Buffer.from(octets.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

const TEXT = Buffer.from('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße: 7 + 5 = 12 \r\n');

describe.runIf(has('openssl'))('S/MIME', () => {
  run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
    '-subj',
    '/CN=Ann/emailAddress=ann@example.org',
    '-days',
    '2',
  ]);
  const sign = ['smime', '-sign', '-binary', '-signer', 'cert.pem', '-inkey', 'key.pem'];

  function verify(octets: Uint8Array): string {
    writeFileSync(join(directory, 'message.eml'), octets);
    return run('openssl', ['smime', '-verify', '-in', 'message.eml', '-CAfile', 'cert.pem', '-purpose', 'any']).toString();
  }

  it('keeps a clear-signed message octet for octet', () => {
    const signed = crlf(run('openssl', sign, TEXT));
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'IPM.Note.SMIME.MultipartSigned', PidTagSubject: 'Contract' },
      {
        attachments: [
          attachment({ PidTagAttachLongFilename: 'smime.p7m', PidTagAttachMimeTag: 'multipart/signed', PidTagAttachMethod: 1 }, signed),
        ],
      },
    );
    const { content, issues } = messageToMime(m, CONTEXT);
    const octets = Buffer.from(content.bytes());
    expect(issues).toEqual([]);
    expect(octets.toString()).toMatch(/^From: Ann Smith <ann@example\.org>\r\nSubject: Contract\r\n/);
    expect(octets.includes(signed.subarray(signed.indexOf('\r\n\r\n')))).toBe(true);
    expect(verify(octets)).toBe(TEXT.toString());
    const broken = Buffer.from(octets);
    broken[broken.indexOf('7 + 5')] = 0x38;
    expect(() => verify(broken)).toThrow('digest failure');
  });

  it('wraps opaque signed and enveloped data as application/pkcs7-mime', () => {
    const signed = run('openssl', [...sign, '-nodetach', '-outform', 'DER'], TEXT);
    const enveloped = run('openssl', ['smime', '-encrypt', '-binary', '-aes256', '-outform', 'DER', 'cert.pem'], TEXT);
    const convert = (data: Buffer) =>
      Buffer.from(
        messageToMime(
          message(
            { ...PLAIN, PidTagMessageClass: 'IPM.Note.SMIME' },
            { attachments: [attachment({ PidTagAttachLongFilename: 'smime.p7m', PidTagAttachMethod: 1 }, data)] },
          ),
          CONTEXT,
        ).content.bytes(),
      );
    const mail = convert(signed);
    expect(mail.toString()).toMatch(/Content-Type: application\/pkcs7-mime;\r\n smime-type=signed-data;\r\n name=smime.p7m\r\n/);
    expect(verify(mail)).toBe(TEXT.toString());
    const secret = convert(enveloped);
    expect(secret.toString()).toContain('smime-type=enveloped-data');
    writeFileSync(join(directory, 'secret.eml'), secret);
    expect(run('openssl', ['smime', '-decrypt', '-in', 'secret.eml', '-recip', 'cert.pem', '-inkey', 'key.pem']).toString()).toBe(
      TEXT.toString(),
    );
  });

  it('knows encrypted mail by its transport headers too, where its class is that of any mail', () => {
    const octets = run('openssl', ['cms', '-encrypt', '-outform', 'DER', 'cert.pem'], TEXT);
    const type = 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m';
    const headers = `From: ann@example.org\r\nDate: Tue, 3 Mar 2020 09:05:00 +0000\r\nMIME-Version: 1.0\r\n${type}\r\n\r\n`;
    const m = message(
      { ...PLAIN, PidTagTransportMessageHeaders: headers, PidTagBody: '' },
      { attachments: [attachment({ PidTagAttachLongFilename: 'smime.p7m', PidTagAttachMimeTag: 'application/pkcs7-mime' }, octets)] },
    );
    const eml = messageToMime(m, CONTEXT).content.bytes();
    writeFileSync(join(directory, 'encrypted.eml'), eml);
    const plain = run('openssl', ['cms', '-decrypt', '-in', 'encrypted.eml', '-inkey', 'key.pem', '-recip', 'cert.pem']);
    expect(crlf(plain).toString()).toBe(TEXT.toString());
  });

  it('keeps everything as attachments when it is not one signed entity', () => {
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'IPM.Note.SMIME' },
      {
        attachments: [
          attachment({ PidTagAttachLongFilename: 'a.txt', PidTagAttachMethod: 1 }, 'one'),
          attachment({ PidTagAttachLongFilename: 'b.txt', PidTagAttachMethod: 1 }, 'two'),
        ],
      },
    );
    const { content, issues } = messageToMime(m, CONTEXT);
    const text = Buffer.from(content.bytes()).toString();
    expect(issues).toEqual([{ code: 'MAPI_SIGNATURE_INCOMPLETE' }]);
    expect(text).toContain('multipart/mixed');
    expect(text).toContain(Buffer.from('two').toString('base64'));
  });
});

describe.runIf(has('gpg'))('PGP', () => {
  const gpg = ['--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', '', '--trust-model', 'always'];
  run('gpg', [...gpg, '--quick-gen-key', 'ann@example.org', 'default', 'default', 'never']);

  it('puts multipart/encrypted together again', () => {
    const armour = crlf(run('gpg', [...gpg, '--armor', '--encrypt', '-r', 'ann@example.org'], TEXT));
    const m = message(
      {
        ...PLAIN,
        PidTagTransportMessageHeaders: `From: ann@example.org\r\nDate: Tue, 3 Mar 2020 10:05:00 +0100\r\nContent-Type: multipart/encrypted;\r\n protocol="application/pgp-encrypted";\r\n boundary=x\r\n`,
      },
      {
        attachments: [
          attachment({ PidTagAttachLongFilename: 'PGPMIME version identification.dat', PidTagAttachMethod: 1 }, 'Version: 1\r\n'),
          attachment({ PidTagAttachLongFilename: 'encrypted.asc', PidTagAttachMethod: 1 }, armour),
        ],
      },
    );
    const octets = Buffer.from(messageToMime(m, CONTEXT).content.bytes());
    expect(octets.toString()).toContain('Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";\r\n boundary=');
    const start = octets.indexOf('-----BEGIN PGP MESSAGE-----');
    expect(run('gpg', [...gpg, '--decrypt'], octets.subarray(start)).toString()).toBe(TEXT.toString());
    if (!hasPython()) return;
    expect(pythonMessages([octets])[0]?.tree).toEqual([
      '0 multipart/encrypted',
      '0.0 application/pgp-encrypted',
      '0.1 application/octet-stream',
    ]);
  });

  it('keeps multipart/signed octet for octet', () => {
    writeFileSync(join(directory, 'part'), TEXT);
    run('gpg', [...gpg, '--yes', '--armor', '--detach-sign', '-o', 'part.asc', 'part']);
    const signature = crlf(readFileSync(join(directory, 'part.asc')));
    const entity = Buffer.concat([
      Buffer.from(
        'Content-Type: multipart/signed; micalg=pgp-sha512;\r\n protocol="application/pgp-signature"; boundary="sig"\r\n\r\n--sig\r\n',
      ),
      TEXT,
      Buffer.from('\r\n--sig\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\n'),
      signature,
      Buffer.from('\r\n--sig--\r\n'),
    ]);
    const m = message(PLAIN, { attachments: [attachment({ PidTagAttachLongFilename: 'smime.p7m', PidTagAttachMethod: 1 }, entity)] });
    const octets = Buffer.from(messageToMime(m, CONTEXT).content.bytes());
    const start = octets.indexOf('--sig\r\n') + 7;
    writeFileSync(join(directory, 'kept'), octets.subarray(start, octets.indexOf('\r\n--sig\r\n', start)));
    writeFileSync(join(directory, 'kept.asc'), octets.subarray(octets.indexOf('-----BEGIN PGP SIGNATURE-----')));
    expect(() => run('gpg', [...gpg, '--verify', 'kept.asc', 'kept'])).not.toThrow();
  });
});

/** A message that came as multipart/signed and of which Exchange kept the text and the signature. */
function takenApart(text: string, protocol: string, signature: Uint8Array, more = ''): ReturnType<typeof message> {
  const headers = `From: ann@example.org\r\nDate: Tue, 3 Mar 2020 10:05:00 +0100\r\nContent-Type: multipart/signed; micalg=sha-256;\r\n protocol="${protocol}"; boundary=x\r\n${more}`;
  return message(
    { ...PLAIN, PidTagBody: text, PidTagTransportMessageHeaders: headers },
    {
      attachments: [attachment({ PidTagAttachLongFilename: 'signature', PidTagAttachMethod: 1, PidTagAttachMimeTag: protocol }, signature)],
    },
  );
}

/** The first part of a multipart/signed and its signature, as they stand in a mail. */
function partsOf(octets: Buffer): { readonly signed: Buffer; readonly signature: Buffer } {
  const edge = Buffer.from(`--${/boundary="([^"]+)"/.exec(octets.toString('latin1'))?.[1] ?? '?'}`);
  const start = octets.indexOf(edge) + edge.length + 2;
  const end = octets.indexOf(`\r\n${edge.toString()}`, start);
  return { signed: octets.subarray(start, end), signature: octets.subarray(octets.indexOf('\r\n\r\n', end) + 4) };
}

describe.runIf(has('gpg'))('PGP taken apart by a server', () => {
  const gpg = ['--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', '', '--trust-model', 'always'];
  const PROTOCOL = 'application/pgp-signature';
  const FORMS = [
    [
      'mutt',
      'Content-Type: text/plain; charset=us-ascii\r\nContent-Disposition: inline',
      'Hello Bob,\r\n\r\nbye\r\n',
      'Hello Bob,\r\n\r\nbye\r\n',
    ],
    ['8bit', 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit', 'Grüße\r\n', 'Grüße\r\n'],
    ['quoted', 'Content-Type: text/plain; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable', 'Gr=C3=BC=C3=9Fe\r\n', 'Grüße'],
  ] as const;

  function sign(octets: Buffer): Buffer {
    writeFileSync(join(directory, 'apart'), octets);
    run('gpg', [...gpg, '--yes', '--armor', '--detach-sign', '-o', 'apart.asc', 'apart']);
    return readFileSync(join(directory, 'apart.asc'));
  }

  function check(octets: Buffer): void {
    const { signed, signature } = partsOf(octets);
    writeFileSync(join(directory, 'again'), signed);
    writeFileSync(join(directory, 'again.asc'), signature);
    run('gpg', [...gpg, '--verify', 'again.asc', 'again']);
  }

  it.each(FORMS)('%s verifies again', (_, header, signed, text) => {
    const { content, issues } = messageToMime(takenApart(text, PROTOCOL, sign(Buffer.from(`${header}\r\n\r\n${signed}`))), CONTEXT);
    expect(issues).toEqual([]);
    check(Buffer.from(content.bytes()));
  });

  it('takes the header that the transport headers still have', () => {
    const header = 'Content-Type: text/plain;\r\n  charset="utf-8"\r\nX-Odd: yes';
    const signature = sign(Buffer.from(`${header}\r\n\r\nGrüße\r\n`));
    const m = takenApart('Grüße\r\n', PROTOCOL, signature, `\r\n--x\r\n${header}\r\n\r\n--x--\r\n`);
    check(Buffer.from(messageToMime(m, CONTEXT).content.bytes()));
  });

  it('MAPI_SIGNATURE_INCOMPLETE: keeps text and signature when nothing fits', () => {
    // PGP shows 16 bits of the digest: now and then a signature fits one of the forms that are tried, by chance.
    const misfits = ['1', '2', '3'].map((n) => sign(Buffer.from(`X-Not: tried\r\n\r\nHello ${n}`)));
    const results = misfits.map((signature) => messageToMime(takenApart('another text', PROTOCOL, signature), CONTEXT));
    const [{ content, issues } = expect.fail('all fit')] = results.filter((result) => result.issues.length > 0);
    expect(issues).toEqual([{ code: 'MAPI_SIGNATURE_INCOMPLETE' }]);
    expect(Buffer.from(content.bytes()).toString()).toMatch(/multipart\/mixed[\s\S]*application\/pgp-signature/);
    for (const forged of ['', '-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END', '\x30\x80'])
      expect(() => messageToMime(takenApart('x', PROTOCOL, Buffer.from(forged)), CONTEXT)).not.toThrow();
  });
});

describe.runIf(has('openssl'))('S/MIME taken apart by a server', () => {
  it('verifies again', () => {
    const signed = Buffer.from('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße: 7 + 5 = 12\r\n');
    const der = run('openssl', ['smime', '-sign', '-binary', '-signer', 'cert.pem', '-inkey', 'key.pem', '-outform', 'DER'], signed);
    const m = takenApart('Grüße: 7 + 5 = 12\r\n', 'application/pkcs7-signature', der);
    const { content, issues } = messageToMime(m, CONTEXT);
    expect(issues).toEqual([]);
    writeFileSync(join(directory, 'apart.eml'), content.bytes());
    const verified = run('openssl', ['smime', '-verify', '-in', 'apart.eml', '-CAfile', 'cert.pem', '-purpose', 'any']);
    expect(verified.equals(signed)).toBe(true);
  });
});
