import type { OpenOptions } from '@mailferry/core';
import type { Settings } from './settings.js';

/** How sources are read, from the flags. */
export function openOptions(settings: Settings): OpenOptions {
  const [fromTz, quoting, labels, pop3Uidl] = ['from-tz', 'unescape', 'labels', 'pop3-uidl'].map((name) => settings.text(name));
  return {
    ...(fromTz === undefined ? {} : { fromTz }),
    ...(quoting === undefined ? {} : { unescape: quoting as NonNullable<OpenOptions['unescape']> }),
    ...(labels === undefined ? {} : { labels: labels as NonNullable<OpenOptions['labels']> }),
    ...(pop3Uidl === undefined ? {} : { pop3Uidl }),
    ...(settings.on('keep-headers') ? { keepHeaders: true } : {}),
  };
}
