/** Where we say something else than Dovecot of the same mbox, and why. Also listed in docs/formats/mbox.md. */
export const EXPLAINED: Readonly<Record<string, { readonly why: string; readonly differences: readonly string[] }>> = {
  'UAlbanyArchives__mailbagit__data-2016-06-23_144430_6e449c77fe.eml': {
    why: 'labels become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags, keywords'],
  },
  'attached-mbox': {
    why: 'Dovecot splits inside an attached mbox: it looks neither at MIME nor at what follows',
    differences: ['2 messages, Dovecot 4'],
  },
  dates: { why: 'From_ lines without a date, as Thunderbird writes them', differences: ['Dovecot refuses the file: 3 here'] },
  'deb__git-2.39.5-t-t5100-nul-plain': { why: 'IMAP cannot carry NUL: Dovecot serves 0x80', differences: ['message 1: octets'] },
  'deb__kmime-22.12.3-autotests-data-mails-encoding-crash.mbox': {
    why: 'Dovecot reads no file that does not begin with a From_ line',
    differences: ['Dovecot refuses the file: 1 here'],
  },
  dovecot: {
    why: 'X-Keywords with one unknown name: Dovecot drops the whole header, UW and we that name',
    differences: ['message 4: keywords'],
  },
  'from-variants': {
    why: 'forms that UW reads (spaces in the sender), Thunderbird reads (no date) or that real files have (two-digit years, ISO)',
    differences: ['21 messages, Dovecot 14'],
  },
  garbage: { why: 'Dovecot reads no file that does not begin with a From_ line', differences: ['Dovecot refuses the file: 1 here'] },
  'header-only': {
    why: 'a From_ line without a header behind it is text here: nothing else in the file is headerless',
    differences: ['4 messages, Dovecot 5'],
  },
  'jstedfast__MimeKit__UnitTests-TestData-mbox-content-length-summary.txt': {
    why: 'From_ lines without a date, as Thunderbird writes them',
    differences: ['Dovecot refuses the file: 29 here'],
  },
  'jstedfast__MimeKit__UnitTests-TestData-mbox-issue1189-summary.txt': {
    why: 'From_ lines without a date, as Thunderbird writes them',
    differences: ['Dovecot refuses the file: 4 here'],
  },
  'jstedfast__MimeKit__UnitTests-TestData-mbox-jwz-summary.txt': {
    why: 'From_ lines without a date, as Thunderbird writes them',
    differences: ['Dovecot refuses the file: 152 here'],
  },
  'jstedfast__MimeKit__UnitTests-TestData-mbox-simple.mbox.txt': {
    why: 'From_ lines without a date, as Thunderbird writes them',
    differences: ['Dovecot refuses the file: 3 here'],
  },
  'missing-from-line': {
    why: 'Dovecot reads no file that does not begin with a From_ line',
    differences: ['Dovecot refuses the file: 2 here'],
  },
  mmdf: { why: 'MMDF is no format that Dovecot reads', differences: ['Dovecot refuses the file: 3 here'] },
  'mozilla__releases-comm-central__mail-test-browser-composition-data-feed-message.eml': {
    why: 'X-Mozilla headers become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags'],
  },
  'mozilla__releases-comm-central__mail-test-browser-message-window-data-test-vcard-icon.eml': {
    why: 'X-Mozilla headers become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags'],
  },
  'mozilla__releases-comm-central__mailnews-db-panorama-test-xpcshell-data-migration': {
    why: 'From_ lines without a date, as Thunderbird writes them',
    differences: ['Dovecot refuses the file: 3 here'],
  },
  'mozilla__releases-comm-central__mailnews-mime-jsmime-test-unit-data-bugmail11': {
    why: 'X-Mozilla headers become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags'],
  },
  'mozilla__releases-comm-central__mailnews-test-data-bugmail19': {
    why: 'X-Mozilla headers become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags'],
  },
  'mozilla__releases-comm-central__mailnews-test-data-bugmail2': {
    why: 'X-Mozilla headers become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags, keywords'],
  },
  'mozilla__releases-comm-central__mailnews-test-data-bugmail4': {
    why: 'X-Mozilla headers become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags, keywords'],
  },
  'mozilla__releases-comm-central__mailnews-test-data-multipartmalt-detach': {
    why: 'From_ lines without a date, as Thunderbird writes them',
    differences: ['Dovecot refuses the file: 1 here'],
  },
  nuls: {
    why: 'a From_ line behind octets of 0 starts a message here; IMAP cannot carry NUL: Dovecot serves 0x80',
    differences: ['5 messages, Dovecot 4'],
  },
  'own-headers': {
    why: 'X-Keywords with one unknown name: Dovecot drops the whole header, UW and we that name',
    differences: ['message 1: keywords'],
  },
  'pseudo-forged': {
    why: 'an X-IMAP header alone makes a mail no pseudo message: Dovecot hides what a sender wrote',
    differences: ['2 messages, Dovecot 1'],
  },
  'pseudo-inside': { why: 'a second pseudo message of a joined file is no mail', differences: ['3 messages, Dovecot 4'] },
  status: {
    why: 'R A F T are read in either header, as UW does; message 30: Dovecot fails on a folded Status',
    differences: [
      'message 2: flags',
      'message 4: flags',
      'message 12: flags',
      'message 15: flags',
      'message 17: flags',
      'message 19: flags',
      'message 23: flags',
      'message 24: flags',
      'message 30: octets',
    ],
  },
  'stray-from': { why: 'lines in bodies that look like a From_ line', differences: ['8 messages, Dovecot 14'] },
  takeout: {
    why: 'labels become flags and keywords; one level of quoting is undone',
    differences: [
      'message 1: flags, keywords',
      'message 2: keywords',
      'message 3: octets, flags, keywords',
      'message 4: keywords',
      'message 6: flags',
      'message 7: flags',
    ],
  },
  thunderbird: {
    why: 'X-Mozilla headers become flags and keywords; one level of quoting is undone',
    differences: ['message 1: flags, keywords', 'message 2: flags, keywords', 'message 3: flags', 'message 4: octets, flags, keywords'],
  },
  truncated: { why: 'Dovecot adds the line end that the cut header line lacks', differences: ['message 2: octets'] },
  'twisted__pipermail__twisted-python-2001-August.txt': {
    why: 'pipermail writes "user at host": UW reads it, Dovecot does not',
    differences: ['Dovecot refuses the file: 286 here'],
  },
  'twisted__pipermail__twisted-python-2001-July.txt': {
    why: 'pipermail writes "user at host": UW reads it, Dovecot does not',
    differences: ['Dovecot refuses the file: 124 here'],
  },
  'uid-forged': {
    why: 'a forged X-UID costs Dovecot the UIDs of all later messages; X-Keywords as above',
    differences: ['message 4: uid', 'message 6: uid', 'message 7: keywords, uid', 'message 8: uid', 'message 10: uid'],
  },
  zones: {
    why: 'Dovecot skips zones before the year and zone names, and takes the minutes of +0530 for seconds',
    differences: ['message 1: date', 'message 2: date', 'message 3: date', 'message 4: date', 'message 6: date'],
  },
};
