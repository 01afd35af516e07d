import { formatCount, REPORT_TEXTS } from '@mailferry/core';
import type { BatchTexts, BatchVerdict } from './texts.js';

/** The batch report in German. */
export const DE: BatchTexts = {
  words: REPORT_TEXTS.de,
  verdict,
  title: 'Bericht über einen Stapellauf',
  users: 'Benutzer',
  user: 'Benutzername',
  usersByOutcome: 'Benutzer nach Ergebnis',
  states: {
    done: 'fertig',
    incomplete: 'fertig bis auf einige Nachrichten',
    failed: 'gescheitert',
    retry: 'wird noch einmal versucht',
    interrupted: 'unterbrochen',
    running: 'läuft',
    waiting: 'wartet',
  },
  groups: 'Gruppen',
  group: 'Gruppe',
  noGroup: 'ohne Gruppe',
  left: 'noch zu tun',
  outcome: 'Ergebnis',
  tries: 'Versuche',
  folderNames: 'Ordner nach Namen, alle Benutzer zusammen',
  folderCount: 'Ordner insgesamt',
  arrived: 'im Ziel',
  throughput: 'Durchsatz im Lauf der Zeit',
  messagesOverTime: 'Nachrichten im Lauf der Zeit',
  bytesOverTime: 'Oktette im Lauf der Zeit',
  from: 'Ab (UTC)',
  stretch: 'Eine Säule umfasst',
  skipped: 'Was übergangen wurde',
  reason: 'Grund',
  places: 'Stellen',
  byHand: 'Was noch von Hand zu tun ist',
  nothingByHand: 'Nichts.',
  byHandKinds: {
    failed: 'Diese Benutzer sind gescheitert: den Grund beheben und den Stapel mit --unfinished noch einmal starten',
    left: 'Diese Benutzer sind noch nicht fertig: denselben Befehl noch einmal starten',
    messagesFailed: 'Nachrichten dieser Benutzer waren nicht zu lesen oder zuzustellen: Bescheid geben und die alten Dateien aufheben',
    items: 'Kontakte, Termine und Ähnliches liegen als Dateien neben der Post: in Adressbuch und Kalender einlesen',
    unreadable:
      'Diese Dateien und Verzeichnisse darf der Benutzer selbst nicht lesen; sie können Post sein: Rechte geben und seinen Auftrag wiederholen',
    lookalikes: 'Diese Stellen sehen nach Post aus und wurden nicht gelesen: nachsehen und gegebenenfalls als Quelle nennen',
    changed: 'Diese Dateien wurden während des Lesens geändert: den Stapel noch einmal starten, wenn dort nichts mehr zugestellt wird',
    damaged: 'Diese Quellen sind beschädigt: in einer Sicherung nach einer besseren Kopie suchen',
  },
  largestUsers: 'Benutzer mit den meisten Nachrichten',
  otherUsers: 'übrige Benutzer',
  round: 'Durchgang',
  ended: 'Ende',
  lastWord: 'Letzte Meldung',
};

function verdict({ outcome, users, done, incomplete, failed, left }: BatchVerdict): string {
  const count = (value: number): string => formatCount(value, DE.words.groupSeparator);
  if (users === 0) return 'Für keinen Benutzer wurde begonnen.';
  if (outcome === 'complete') return users === 1 ? 'Der eine Benutzer ist fertig.' : `Alle ${count(users)} Benutzer sind fertig.`;
  const rest = [
    incomplete > 0 ? `${count(incomplete)} bis auf einige Nachrichten` : '',
    failed > 0 ? `${count(failed)} gescheitert` : '',
    left > 0 ? `${count(left)} noch zu tun` : '',
  ].filter((part) => part !== '');
  return `${count(done)} von ${count(users)} Benutzern sind fertig; ${rest.join(', ')}.`;
}
