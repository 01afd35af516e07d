/** Issues of pst. */
export const PST_ISSUES = {} as const;
