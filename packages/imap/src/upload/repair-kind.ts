/**
 * Repairs that lose or invent something, by option: `nul` (NUL becomes a blank), `cr` (a CR alone becomes a line end), `header8bit`
 * (8-bit header octets become encoded-words), `keywords` (lost keywords go into an X-Keywords field).
 */
export type RepairKind = 'nul' | 'cr' | 'header8bit' | 'keywords';

/** Every kind, for the command line. */
export const REPAIR_KINDS: readonly RepairKind[] = ['nul', 'cr', 'header8bit', 'keywords'];
