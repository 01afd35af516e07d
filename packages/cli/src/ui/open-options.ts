import { type MailStore, mergeStores, type OpenOptions, openStore } from '@mailferry/core';
import type { Settings } from './settings.js';

/** How sources are read, from the flags. */
export function openOptions(settings: Settings): OpenOptions {
  const [fromTz, quoting, labels, pop3Uidl, vcard] = ['from-tz', 'unescape', 'labels', 'pop3-uidl', 'vcard'].map((name) =>
    settings.text(name),
  );
  const codePage = settings.number('codepage');
  return {
    ...(fromTz === undefined ? {} : { fromTz }),
    ...(quoting === undefined ? {} : { unescape: quoting as NonNullable<OpenOptions['unescape']> }),
    ...(labels === undefined ? {} : { labels: labels as NonNullable<OpenOptions['labels']> }),
    ...(pop3Uidl === undefined ? {} : { pop3Uidl }),
    ...(settings.on('keep-headers') ? { keepHeaders: true } : {}),
    ...(codePage === undefined ? {} : { codePage }),
    ...(vcard === undefined ? {} : { vcard: vcard === '3' ? 3 : 4 }),
    ...(settings.on('recoverable') ? { recoverable: true } : {}),
    ...(settings.text('items') === 'mail' ? { itemsAs: 'mail' } : {}),
  };
}

/** Opens the sources of a command as one; if one cannot be opened, those before it are closed again. */
export async function openSources(locations: readonly string[], settings: Settings): Promise<MailStore> {
  const stores: MailStore[] = [];
  try {
    for (const location of locations) stores.push(await openStore(location, openOptions(settings)));
  } catch (error) {
    for (const store of stores) await store[Symbol.asyncDispose]();
    throw error;
  }
  const [only] = stores;
  return stores.length === 1 && only !== undefined ? only : mergeStores(stores);
}
