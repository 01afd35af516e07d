// A TCP proxy on loopback that delays both directions: what a long link does to a protocol, without loss.
// usage: node scripts/bench-imap/delay-proxy.mjs TARGET_PORT ONE_WAY_MS   (prints the port it listens on)
import { connect, createServer } from 'node:net';

const [target, oneWayMs] = process.argv.slice(2).map(Number);
const WINDOW = 8 << 20;

function pass(from, to) {
  const queue = [];
  let held = 0;
  let isWaiting = false;
  /** What is due, taken from the queue; the end of the stream is its last element, undefined. */
  const takeDue = () => {
    const due = [];
    while (queue.length > 0 && queue[0].at <= performance.now() + 0.5) due.push(queue.shift().octets);
    return due;
  };
  const wait = (ms) => {
    if (!isWaiting) setTimeout(flush, Math.max(0, ms));
    isWaiting = true;
  };
  const flush = () => {
    isWaiting = false;
    const due = takeDue();
    const octets = Buffer.concat(due.filter((part) => part !== undefined));
    held -= octets.length;
    if (octets.length > 0) to.write(octets);
    if (due.length > 0 && due.at(-1) === undefined) to.end();
    if (from.isPaused() && held < WINDOW) from.resume();
    if (queue.length > 0) wait(queue[0].at - performance.now());
  };
  const add = (octets) => {
    queue.push({ at: performance.now() + oneWayMs, octets });
    held += octets?.length ?? 0;
    if (held >= WINDOW) from.pause();
    wait(oneWayMs);
  };
  from.on('data', add);
  from.on('end', () => add(undefined));
  from.on('error', () => to.destroy());
}

const server = createServer({ allowHalfOpen: true }, (client) => {
  const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  client.setNoDelay(true);
  pass(client, upstream);
  pass(upstream, client);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
