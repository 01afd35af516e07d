/** Issues of mbox. */
export const MBOX_ISSUES = {} as const;
