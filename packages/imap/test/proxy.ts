import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection is cut. */
export interface Cut {
  /** Octets that pass in this direction before both sides are reset. */
  readonly direction: 'toServer' | 'toClient';
  readonly after: number;
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
  /** Capabilities to hide, upper case. */
  readonly mask?: readonly string[];
  /** The cut for the n-th connection, from 0; none: it lives. */
  readonly cutOf?: (connection: number) => Cut | undefined;
}

/** Starts a proxy in front of a server on loopback. */
export async function startProxy(target: number, options: ProxyOptions = {}): Promise<Proxy> {
  let count = 0;
  const state = { port: 0, cuts: 0, passed: { toServer: 0, toClient: 0 } };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const cut = options.cutOf?.(count++);
    const reset = () => {
      for (const socket of [client, upstream]) socket.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', reset);
      socket.on('close', () => {
        sockets.delete(socket);
        reset();
      });
    }
    const pass = (from: Socket, to: Socket, direction: Cut['direction'], change: (chunk: Buffer) => Buffer) => {
      let left = cut?.direction === direction ? cut.after : Number.POSITIVE_INFINITY;
      const last = () => {
        // The octets up to the cut arrive; then nothing more, in neither direction.
        from.pause();
        state.cuts++;
        setTimeout(reset, 5);
      };
      from.on('data', (chunk: Buffer) => {
        const isLast = chunk.length >= left;
        const isFree = to.write(change(isLast ? chunk.subarray(0, left) : chunk));
        left -= chunk.length;
        state.passed[direction] += chunk.length;
        if (isLast) last();
        else if (!isFree) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    };
    pass(client, upstream, 'toServer', (chunk) => chunk);
    pass(upstream, client, 'toClient', (chunk) => hide(chunk, options.mask ?? []));
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

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** Blanks out words of CAPABILITY lines; the length stays. */
function hide(chunk: Buffer, words: readonly string[]): Buffer {
  const text = chunk.toString('latin1');
  if (words.length === 0 || !text.includes('CAPABILITY')) return chunk;
  let hidden = text;
  for (const word of words)
    hidden = hidden.replaceAll(new RegExp(` ${word.replace('+', '\\+')}(?=[ \\]\\r])`, 'g'), ` X${'X'.repeat(word.length - 1)}`);
  return Buffer.from(hidden, 'latin1');
}
