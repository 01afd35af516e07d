import { hash } from 'node:crypto';
import type { Conversion } from './context.js';

/** A boundary that is the same in every run; `=_` cannot be in base64 nor in quoted-printable (RFC 2045 §6.7). */
export function boundary(conversion: Conversion, part: string): string {
  return `=_${hash('sha256', `${conversion.context.idSeed}\0${conversion.path}\0${part}`, 'hex').slice(0, 28)}`;
}
