// usage: node walk-mailferry.mjs FILE: our reader alone, doing what walk-pst-extractor.mjs does: opens every message, asks for its bodies and opens its attachments
// without reading their data. Nothing is converted.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PstStore } from '../../packages/core/dist/formats/pst/messaging/store.js';
import { ReadWindows } from '../../packages/core/dist/formats/pst/ndb/random-access.js';

const fd = openSync(process.argv[2], 'r');
const file = new ReadWindows(fstatSync(fd).size, (into, offset) => readSync(fd, into, 0, into.length, offset));
const store = PstStore.open(file, process.argv[2], (octets) => Buffer.from(octets).toString('latin1'));
let messages = 0;
let attachments = 0;
for (const nids of store.index.byFolder.values()) {
  for (const nid of nids) {
    const { message } = store.message(nid);
    if (message === undefined) continue;
    messages += 1;
    message.property(0x1000);
    message.property(0x1013);
    attachments += message.attachments.length;
  }
}
closeSync(fd);
console.log(JSON.stringify({ messages, attachments }));
