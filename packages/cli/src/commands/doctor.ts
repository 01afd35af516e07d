import type { Command } from '../command.js';
import { ACCOUNT_FLAGS } from '../ui/flags-imap.js';
import { OWNER_FLAG } from '../ui/flags-maildir.js';

const NEED = 'What is going to be written:';

/** `doctor [TARGET]` */
export const doctor: Command = {
  name: 'doctor',
  usage: '[TARGET]',
  least: 0,
  most: 1,
  summary: 'can this machine, this file system or this server do it',
  flags: [
    { name: 'messages', kind: 'number', value: 'N', group: NEED, help: 'messages to come: are there inodes enough' },
    { name: 'bytes', kind: 'size', value: 'SIZE', group: NEED, help: 'octets to come: is there room enough' },
    OWNER_FLAG,
    ...ACCOUNT_FLAGS,
  ],
  examples: [
    ['mailferry doctor', 'this machine'],
    ['mailferry doctor --messages 2000000 --bytes 80G /home', 'the file system, tried in a folder of its own that is removed again'],
    ['mailferry doctor imaps://ann@mail.example.org/', 'the server: what it offers and what it will refuse'],
  ],
  completes: 'file',
  guardsRoot: true,
  run: async (context) => (await import('../ui/doctor-run.js')).runDoctor(context),
};
