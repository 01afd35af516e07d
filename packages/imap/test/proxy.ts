import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection is cut. */
export interface Cut {
  /** Octets that pass in this direction before both sides are reset. */
  readonly direction: 'toServer' | 'toClient';
  readonly after: number;
  /**
   * Only `toServer`: something in between has the rest. The client's side is cut when no more comes from it; the server gets what was
   * held when this resolves, then the end.
   */
  readonly delivers?: Promise<void>;
}

/** A proxy that can hide capabilities and cut connections. */
export interface Proxy {
  readonly port: number;
  /** Cuts that were made. */
  readonly cuts: number;
  /** Octets that have passed in all. */
  readonly passed: { readonly toServer: number; readonly toClient: number };
  close(): Promise<void>;
}

/** What the proxy does. */
export interface ProxyOptions {
  /** Capabilities to hide, upper case, such as `LITERAL+`. */
  readonly mask?: readonly string[];
  /** The cut for the n-th connection, from 0; none: it lives. */
  readonly cutOf?: (connection: number) => Cut | undefined;
  /** Sees what a client sends before the server does; the octets wait for what it gives back, and if that fails, both sides are reset instead. */
  readonly before?: (connection: number, chunk: Buffer) => Promise<void> | undefined;
}

/** Starts a proxy in front of a server on loopback. */
export async function startProxy(target: number, options: ProxyOptions = {}): Promise<Proxy> {
  let count = 0;
  const state = { port: 0, cuts: 0, passed: { toServer: 0, toClient: 0 } };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const number = count++;
    const cut = options.cutOf?.(number);
    let isHeld = false;
    let isCut = false;
    const reset = () => {
      for (const socket of isHeld ? [client] : [client, upstream]) socket.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', reset);
      socket.on('close', () => {
        sockets.delete(socket);
        reset();
      });
    }
    /** The octets up to the cut arrive; then nothing more, in either direction. */
    const end = (from: Socket, rest: Buffer) => {
      isCut = true;
      state.cuts++;
      if (cut?.delivers !== undefined) {
        isHeld = true;
        void hold(rest, client, upstream, cut.delivers);
        return;
      }
      from.pause();
      setTimeout(reset, 5);
    };
    const pass = (from: Socket, to: Socket, direction: Cut['direction'], change: (chunk: Buffer) => Buffer) => {
      let left = cut?.direction === direction ? cut.after : Number.POSITIVE_INFINITY;
      return (chunk: Buffer) => {
        if (isCut) return;
        const passing = chunk.subarray(0, left);
        left -= passing.length;
        state.passed[direction] += passing.length;
        relay(from, to, change(passing));
        if (left === 0) end(from, chunk.subarray(passing.length));
      };
    };
    const up = pass(client, upstream, 'toServer', (chunk) => chunk);
    client.on('data', (chunk: Buffer) => {
      const wait = options.before?.(number, chunk);
      if (wait === undefined) return up(chunk);
      client.pause();
      void wait.then(() => {
        client.resume();
        up(chunk);
      }, reset);
    });
    upstream.on(
      'data',
      pass(upstream, client, 'toClient', (chunk) => hide(chunk, options.mask ?? [])),
    );
  });
  await listen(server);
  const address = server.address();
  state.port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(state, {
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  });
}

function relay(from: Socket, to: Socket, octets: Buffer): void {
  if (to.write(octets)) return;
  from.pause();
  to.once('drain', () => from.resume());
}

/** Gathers what a client still sends, cuts it off, and hands the octets to the server when it is time. */
async function hold(first: Buffer, client: Socket, upstream: Socket, delivers: Promise<void>): Promise<void> {
  const held = [first];
  upstream.removeAllListeners('data');
  upstream.resume();
  await new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, 200);
    client.removeAllListeners('data');
    client.on('data', (chunk: Buffer) => {
      held.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(resolve, 200);
    });
  });
  client.destroy();
  await delivers;
  upstream.end(Buffer.concat(held));
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** Blanks out words of CAPABILITY lines; the length stays. */
function hide(chunk: Buffer, words: readonly string[]): Buffer {
  const text = chunk.toString('latin1');
  if (words.length === 0 || !text.includes('CAPABILITY')) return chunk;
  let hidden = text;
  for (const word of words) {
    const hiding = new RegExp(` ${word.replace('+', '\\+')}(?=[ \\]\\r])`, 'g');
    hidden = hidden.replaceAll(hiding, ` X${'X'.repeat(word.length - 1)}`);
  }
  return Buffer.from(hidden, 'latin1');
}
