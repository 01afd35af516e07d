// A proxy on loopback that hides capabilities and breaks connections at an octet: the n-th connection as `plan(n)` says.
import { connect, createServer } from 'node:net';

/**
 * `plan(n)` gives nothing, or `{ direction: 'toServer' | 'toClient', after, how }`: so many octets pass in that direction, then
 * `reset` breaks both sides, `end` closes them in good order, `held` breaks the client's side and hands what it has sent to the server later,
 * and a function is called instead of anything else (the kill).
 */
export async function startProxy(target, { mask = [], plan = () => undefined, heldMs = 100 }) {
  const state = { cuts: 0, connections: 0, toServer: 0, toClient: 0 };
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const link = { client, upstream, cut: plan(state.connections++), isCut: false, isHeld: false };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        if (!link.isHeld || socket === upstream) for (const other of [client, upstream]) other.destroy();
      });
    }
    client.on(
      'data',
      passing(link, 'toServer', state, (chunk) => chunk, heldMs),
    );
    upstream.on(
      'data',
      passing(link, 'toClient', state, (chunk) => hide(chunk, mask), heldMs),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    port: server.address().port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  });
}

function passing(link, direction, state, change, heldMs) {
  const { cut } = link;
  const [from, to] = direction === 'toServer' ? [link.client, link.upstream] : [link.upstream, link.client];
  let left = cut?.direction === direction ? cut.after : Number.POSITIVE_INFINITY;
  return (chunk) => {
    if (link.isCut) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    state[direction] += part.length;
    if (part.length > 0 && !to.write(change(part))) {
      from.pause();
      to.once('drain', () => from.resume());
    }
    if (left > 0) return;
    link.isCut = true;
    state.cuts++;
    sever(link, cut, chunk.subarray(part.length), heldMs);
  };
}

function sever(link, { how }, rest, heldMs) {
  const { client, upstream } = link;
  if (typeof how === 'function') return how();
  if (how === 'held') return hold(link, rest, heldMs);
  // What is left of the octets reaches the other side before its end does.
  const end = how === 'end' ? (socket) => socket.destroySoon() : (socket) => socket.resetAndDestroy();
  for (const socket of [client, upstream]) setTimeout(end, 3, socket);
}

/** Something in between keeps what the client sends, and delivers it when the client has long gone. */
function hold(link, rest, heldMs) {
  const { client, upstream } = link;
  link.isHeld = true;
  const held = [rest];
  client.removeAllListeners('data');
  upstream.removeAllListeners('data');
  upstream.resume();
  client.on('data', (chunk) => held.push(chunk));
  setTimeout(() => client.destroy(), 20);
  setTimeout(() => upstream.end(Buffer.concat(held)), heldMs);
}

/** Blanks out words of CAPABILITY lines; the length stays. A line that comes in two parts keeps them: the client then uses them. */
function hide(chunk, words) {
  const text = chunk.toString('latin1');
  if (words.length === 0 || !text.includes('CAPABILITY')) return chunk;
  let hidden = text;
  for (const word of words) {
    hidden = hidden.replaceAll(new RegExp(` ${word.replace('+', '\\+')}(?=[ \\]\\r])`, 'g'), ` ${'X'.repeat(word.length)}`);
  }
  return Buffer.from(hidden, 'latin1');
}
