import { type MaildirTargetOptions, parseDovecotLocation, UsageError } from '@mailferry/core';
import type { Settings } from './settings.js';

/** Where a Maildir is, and how its folders lie when the location says so. */
export interface MaildirLocation {
  readonly path: string;
  readonly layout?: NonNullable<MaildirTargetOptions['layout']>;
}

/**
 * A target as it was named: a path, or a location in Dovecot's syntax (`maildir:~/Maildir:LAYOUT=fs`).
 * @throws {@link UsageError} USAGE for a location of another format, LOCATION_VARIABLE for a variable without a value.
 */
export function maildirLocation(text: string): MaildirLocation {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw new UsageError('USAGE', 'a URL is no Maildir', {
      where: { path: text },
      help: 'to send mail to an account on an IMAP server use mailferry upload',
    });
  }
  if (text === '-') {
    throw new UsageError('USAGE', 'a Maildir cannot be written to standard output', {
      help: 'name a directory as the target, the last argument',
    });
  }
  const home = process.env['HOME'];
  const location = parseDovecotLocation(text, home === undefined ? {} : { home });
  if (location === undefined) return { path: text };
  if (location.format !== 'maildir') {
    throw new UsageError('USAGE', `a target of format ${location.format} cannot be written`, {
      help: 'name a Maildir: its path, or maildir:PATH',
    });
  }
  if (location.unknown.length > 0) {
    throw new UsageError('LOCATION_VARIABLE', `no value for ${[...new Set(location.unknown)].join(', ')} in the location`, {
      where: { path: text },
      help: 'write the path out',
    });
  }
  return { path: location.path, ...(location.layout === undefined ? {} : { layout: location.layout === 'fs' ? 'fs' : 'maildir++' }) };
}

/** Where what is not mail lies as files, beside a Maildir unless --items names a place; undefined where it is mail or not wanted. */
export function itemsDirectory(maildir: string, settings: Settings): string | undefined {
  const items = settings.text('items') ?? `${maildir.replace(/\/+$/, '')}-items`;
  return items === 'mail' || items === 'none' ? undefined : items;
}
