import { readlinkSync } from 'node:fs';

/** What the time zone of this machine is called, or what stands for it. `Intl` knows as well, but loads its tables for that: a tenth of a short run. */
export function machineZone(): string {
  const named = process.env['TZ'];
  if (named !== undefined && named !== '') return named;
  try {
    return readlinkSync('/etc/localtime').replace(/^.*\/zoneinfo\//u, '');
  } catch {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}
