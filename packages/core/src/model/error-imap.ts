import type { ErrorDescription } from './error-description.js';

/** Errors of an IMAP account. */
export const IMAP_ERRORS: Readonly<Record<string, ErrorDescription>> = {
  IMAP_URL: {
    title: 'the target is no usable URL of an IMAP account',
    meaning: 'It names no user or no host, or has a password in it, which other users of this machine could see.',
    help: 'Write imaps://user@host/ or imap://user@host:143/Folder, and give the password by file, command or variable.',
  },
  IMAP_NO_SECRET: {
    title: 'there is nothing to sign in with',
    meaning: 'No password or token was given, or the one given cannot be one.',
    help: 'Give a file or a command that has it, or MAILFERRY_PASSWORD; on a terminal it is asked for.',
  },
  IMAP_LOGIN: {
    title: 'the server did not let the user in',
    meaning: 'User name, password or token are wrong, or the account may not be used in this way.',
    help: 'Try the same name and password with a mail client. A master user signs in with an authorization identity.',
  },
  IMAP_UNAVAILABLE: {
    title: 'the server cannot let anybody in now',
    meaning: 'The server itself says that this is for a time only.',
    help: 'Run the same command again later.',
  },
  IMAP_BUSY: {
    title: 'the server asks for patience again and again',
    meaning: 'It limits how much one client may send. What was sent is in the ledger.',
    help: 'Run the same command again later; it goes on where this run stopped.',
  },
  IMAP_REFUSED: {
    title: 'the server refused a command',
    meaning: 'It said NO or BAD to something without which the work cannot go on; the message has its words.',
    help: 'Ask the administrator of the server what the words mean.',
  },
  IMAP_FOLDER_REFUSED: {
    title: 'the server does not make a folder',
    meaning: 'Neither the name of the folder nor any simpler one was accepted.',
    help: 'Map the folder to another name with --folder-map, or leave it out with --exclude-folder.',
  },
  IMAP_STOPPED: {
    title: 'the upload was stopped',
    meaning: 'The program was asked to end while it waited for the server. What was sent is in the ledger.',
    help: 'Run the same command again.',
  },
  IMAP_OVERQUOTA: {
    title: 'the account is full',
    meaning: 'The server refuses more mail for this account. What was sent is in the ledger.',
    help: 'Raise the quota and run the same command again.',
  },
  IMAP_BYE: {
    title: 'the server said goodbye',
    meaning: 'It closed the connection by itself; the note has its words. What was sent is in the ledger.',
    help: 'Run the same command again.',
  },
  IMAP_CLOSED: {
    title: 'the connection was closed',
    meaning: 'The network or the server ended the connection. What the server had stored by then is found out in the next run.',
    help: 'Run the same command again.',
  },
  IMAP_CONNECT: {
    title: 'there is no connection to the server',
    meaning: 'The name cannot be resolved, nobody listens there, or something on the way refuses.',
    help: 'Check host and port, and whether a firewall or a proxy is in between.',
  },
  IMAP_TIMEOUT: {
    title: 'the server was silent for too long',
    meaning: 'A command got no answer in time. What the server had stored by then is found out in the next run.',
    help: 'Run the same command again.',
  },
  IMAP_TLS: {
    title: 'there is no trusted connection',
    meaning: 'The certificate of the server cannot be verified, or the server offers no encryption. A password is never sent in the clear.',
    help: 'Give the certificate of a private authority, or a fingerprint that you have checked.',
  },
  IMAP_PROTOCOL: {
    title: 'the server speaks no sense',
    meaning: 'What it sent is not IMAP (RFC 9051, RFC 3501), so nothing it says can be relied on and the connection was dropped.',
    help: 'Check that host and port are those of an IMAP server. The note has what it sent.',
  },
  IMAP_OUT_OF_STEP: {
    title: 'client and server lost step',
    meaning:
      'The server refused a command whose data was already on the way, and could have read mail as commands. The connection was dropped at once.',
    help: 'Run the same command again: it asks the server first what is there.',
  },
};
