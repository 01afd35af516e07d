// The part of run.mjs that reads mutants: a process of its own, so that a hang or a leak there is seen and bounded. Messages in: a path; out: what was found.
import { readFileSync } from 'node:fs';
import { PstStore } from '../../packages/core/dist/formats/pst/messaging/store.js';

/** Everything of every message is read: what is counted is messages of which at least one property was found. */
function save(octets) {
  const store = PstStore.open({ size: octets.length, readAt: (at, length) => octets.subarray(at, at + length) }, 'x.pst', (text) =>
    Buffer.from(text).toString('latin1'),
  );
  let saved = 0;
  for (const nid of [...store.index.byFolder.values(), store.index.lost].flat()) {
    const { message } = store.message(nid);
    if (message !== undefined && readAll(message) > 0) saved += 1;
  }
  return saved;
}

function readAll(message) {
  let properties = 0;
  for (const object of [message, ...message.recipients, ...message.attachments]) {
    properties += Array.from(object.properties(), ({ value }) => value).length;
  }
  for (const attachment of message.attachments) {
    for (const _ of attachment.data());
    const inner = attachment.embedded();
    if (inner !== undefined) readAll(inner);
  }
  return properties;
}

function outcome(path) {
  try {
    return { saved: save(new Uint8Array(readFileSync(path))) };
  } catch (error) {
    return error?.code === 'PST_NOT_RECOGNISED' ? { saved: 0, refused: true } : { saved: 0, crash: String(error?.stack) };
  }
}

process.on('message', (path) => {
  const before = process.cpuUsage();
  const result = outcome(path);
  const { user, system } = process.cpuUsage(before);
  process.send({ ...result, cpuMs: Math.round((user + system) / 1000), peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) });
});
