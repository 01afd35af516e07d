/** Issues of imap. */
export const IMAP_ISSUES = {} as const;
