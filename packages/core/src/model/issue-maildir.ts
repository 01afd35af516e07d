/** Issues of maildir. */
export const MAILDIR_ISSUES = {} as const;
