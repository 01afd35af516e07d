// usage: node walk-pst-extractor.mjs FILE: what pst-extractor needs for opening every message and asking for its bodies and attachments.
import { PSTFile } from 'pst-extractor';

let messages = 0;
let attachments = 0;

function walk(folder) {
  if (folder.contentCount > 0) {
    for (let message = folder.getNextChild(); message !== null; message = folder.getNextChild()) {
      messages += 1;
      message.body;
      message.bodyHTML;
      for (let i = 0; i < message.numberOfAttachments; i += 1) {
        message.getAttachment(i);
        attachments += 1;
      }
    }
  }
  if (folder.hasSubfolders) for (const child of folder.getSubFolders()) walk(child);
}

walk(new PSTFile(process.argv[2]).getRootFolder());
console.log(JSON.stringify({ messages, attachments }));
