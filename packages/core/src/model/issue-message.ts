/** Issues that any format can have. */
export const MESSAGE_ISSUES = {
  DATE_FROM_HEADER: {
    severity: 'notice',
    title: 'the internal date was taken from the Received or Date header',
    meaning:
      'The source keeps no usable delivery date for this message, so the date of its newest Received header, or else of its Date header, was taken.',
    help: 'Nothing, if the dates look right. The report says where each date came from.',
  },
  DATE_FROM_FILE: {
    severity: 'warning',
    title: 'the internal date was taken from the file',
    meaning: 'Neither the source nor any header of this message has a usable date, so the modification time of the source file was taken.',
    help: 'Nothing can be restored that was never stored; clients that sort by the Date header are not affected.',
  },
  SOURCE_CHANGED: {
    severity: 'warning',
    title: 'the source changed while it was read',
    meaning: 'Size or modification time of the file differ between opening and closing it. What was consistent is delivered.',
    help: 'Run the same command again; with --lock the old server is kept out while reading.',
  },
} as const;
