import { createServer, type Socket } from 'node:net';

/** What a scripted server does with an APPEND: nothing special, a status after its tag, or something rude. */
export type AppendAnswer = undefined | string | { readonly raw: string } | 'drop' | 'silence';

/** The script of a server. */
export interface Script {
  /** Where messages are kept, when the script wants to put some there itself. */
  readonly stored?: Stored[];
  readonly greeting?: string;
  /** Capabilities, before and after sign-in. */
  readonly capabilities?: string;
  /** Called for each APPEND command, from 0, with the messages of it. */
  readonly onAppend?: (n: number, messages: readonly string[]) => AppendAnswer;
  /** Called for any other command; a text with its line end is sent as it is instead of the usual answer. */
  readonly onCommand?: (line: string, tag: string, literals: readonly string[]) => string | undefined;
  readonly permanentFlags?: string;
}

interface Stored {
  readonly uid: number;
  readonly text: string;
}

/** A server that does as its script says; keeps one mailbox for all names. */
export interface ScriptedServer {
  readonly port: number;
  readonly stored: readonly Stored[];
  /** Every command line that came, without literals. */
  readonly commands: readonly string[];
  readonly connections: number;
  /** Says something on every connection. */
  say(text: string): void;
  /** Cuts every connection. */
  drop(): void;
  close(): Promise<void>;
}

/** Starts it on a free port of loopback. */
export async function startScripted(script: Script = {}): Promise<ScriptedServer> {
  const state = { port: 0, stored: script.stored ?? ([] as Stored[]), commands: [] as string[], connections: 0, appends: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    state.connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    new Conversation(socket, script, state).start();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  state.port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(state, {
    say: (text: string) => {
      for (const socket of sockets) socket.write(text);
    },
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  });
}

const CAPABILITIES = 'IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ MULTIAPPEND UIDPLUS NAMESPACE';

class Conversation {
  readonly #socket: Socket;
  readonly #script: Script;
  readonly #state: { stored: Stored[]; commands: string[]; appends: number };
  #buffer = '';
  /** The command so far, its literals taken out. */
  #line = '';
  #literals: string[] = [];
  #wanted = -1;

  constructor(socket: Socket, script: Script, state: { stored: Stored[]; commands: string[]; appends: number }) {
    this.#socket = socket;
    this.#script = script;
    this.#state = state;
  }

  start(): void {
    this.#send(this.#script.greeting ?? `* OK [CAPABILITY ${this.#capabilities}] scripted\r\n`);
    this.#socket.on('data', (chunk) => {
      this.#buffer += chunk.toString('latin1');
      while (this.#step());
    });
  }

  get #capabilities(): string {
    return this.#script.capabilities ?? CAPABILITIES;
  }

  #send(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(Buffer.from(text, 'latin1'));
  }

  #step(): boolean {
    if (this.#wanted >= 0) {
      if (this.#buffer.length < this.#wanted) return false;
      this.#literals.push(this.#buffer.slice(0, this.#wanted));
      this.#buffer = this.#buffer.slice(this.#wanted);
      this.#wanted = -1;
    }
    const end = this.#buffer.indexOf('\r\n');
    if (end < 0) return false;
    const text = this.#buffer.slice(0, end);
    this.#buffer = this.#buffer.slice(end + 2);
    const literal = /\{(\d+)(\+?)\}$/.exec(text);
    this.#line += text;
    if (literal !== null) {
      this.#wanted = Number(literal[1]);
      if (literal[2] === '') this.#send('+ go on\r\n');
      return true;
    }
    this.#command(this.#line, this.#literals);
    this.#line = '';
    this.#literals = [];
    return true;
  }

  #command(line: string, literals: readonly string[]): void {
    this.#state.commands.push(line);
    const [tag = '', name = ''] = line.split(' ', 2);
    const told = this.#script.onCommand?.(line, tag, literals);
    if (told !== undefined) this.#send(told);
    else if (name === 'APPEND') this.#append(tag, literals);
    else this.#answer(tag, name === 'UID' ? (line.split(' ')[2] ?? '') : name, line);
  }

  #append(tag: string, messages: readonly string[]): void {
    const answer = this.#script.onAppend?.(this.#state.appends++, messages);
    if (answer === 'drop') this.#socket.destroy();
    else if (answer === 'silence') return;
    else if (typeof answer === 'object') this.#send(answer.raw.replaceAll('TAG', tag));
    else if (answer === undefined) {
      const first = this.#state.stored.length + 1;
      for (const text of messages) this.#state.stored.push({ uid: this.#state.stored.length + 1, text });
      this.#send(`${tag} OK [APPENDUID 7 ${first}:${this.#state.stored.length}] done\r\n`);
    } else this.#send(`${tag} ${answer}\r\n`);
  }

  #answer(tag: string, name: string, line: string): void {
    const { stored } = this.#state;
    const next = stored.length + 1;
    const data: Record<string, () => string> = {
      CAPABILITY: () => `* CAPABILITY ${this.#capabilities}\r\n`,
      NAMESPACE: () => '* NAMESPACE (("" "/")) NIL NIL\r\n',
      LIST: () => '* LIST () "/" INBOX\r\n',
      LSUB: () => '* LSUB () "/" INBOX\r\n',
      STATUS: () => `* STATUS INBOX (UIDVALIDITY 7 UIDNEXT ${next} MESSAGES ${stored.length})\r\n`,
      SELECT: () =>
        `* ${stored.length} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${next}] ok\r\n* OK [PERMANENTFLAGS (${this.#script.permanentFlags ?? '\\Answered \\Deleted \\Draft \\Flagged \\Seen \\*'})] ok\r\n`,
      SEARCH: () => `* SEARCH ${stored.map(({ uid }) => uid).join(' ')}\r\n`,
      FETCH: () => stored.map((message) => this.#fetched(message, line)).join(''),
      LOGOUT: () => '* BYE bye\r\n',
    };
    this.#send(`${data[name]?.() ?? ''}${tag} OK done\r\n`);
    if (name === 'LOGOUT') this.#socket.end();
  }

  #fetched({ uid, text }: Stored, line: string): string {
    const first = Number(/FETCH (\d+)/.exec(line)?.[1] ?? 1);
    if (uid < first) return '';
    const isHeader = line.includes('HEADER.FIELDS');
    const body = isHeader ? `${headerOf(text)}\r\n` : text;
    const section = isHeader ? 'BODY[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)]' : 'BODY[]<0>';
    return `* ${uid} FETCH (UID ${uid} RFC822.SIZE ${text.length} ${section} {${body.length}}\r\n${body})\r\n`;
  }
}

function headerOf(text: string): string {
  const head = text.slice(0, text.indexOf('\r\n\r\n') + 2);
  return head
    .split(/(?<=\r\n)/)
    .filter((line) => /^(message-id|date|from|subject):/i.test(line))
    .join('');
}
