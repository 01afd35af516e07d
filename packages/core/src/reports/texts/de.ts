import { formatCount } from '../quantity.js';
import type { ReportTexts, VerdictFacts } from './texts.js';

/** The report in German. */
export const DE: ReportTexts = {
  language: 'de',
  groupSeparator: '.',
  decimalPoint: ',',
  target: (format, location) =>
    format === 'imap' ? `im Konto ${location}` : format === 'maildir' ? `im Maildir ${location}` : `in ${location}`,
  verdict,
  damaged: 'Die Quelle ist beschädigt: Nicht alles, was sie einmal enthielt, war zu lesen.',
  title: 'Bericht über eine Übertragung von E-Mail',
  books: 'Die Bilanz',
  folder: 'Ordner',
  folders: 'Ordner',
  read: 'gelesen',
  written: 'geschrieben',
  alreadyPresent: 'schon vorhanden',
  updated: 'davon mit angeglichenen Markierungen',
  filtered: 'ausgelassen',
  filteredBy: {
    option: 'durch eine Option',
    expunged: 'in der Quelle gelöscht',
    removedByUser: 'vom Benutzer entfernt oder verschoben',
    duplicate: 'doppelt',
  },
  failed: 'gescheitert',
  size: 'Größe',
  oldest: 'Älteste',
  newest: 'Neueste',
  total: 'Summe',
  items: 'Kontakte, Termine und dergleichen',
  nodes: 'Nachrichtenknoten der PST',
  messages: 'Nachrichten',
  issues: 'Auffälligkeiten',
  noIssues: 'Keine: nichts war ungewöhnlich, nichts musste erraten werden.',
  failures: 'Warum Nachrichten gescheitert sind',
  firstPlaces: 'Erste Stellen',
  count: 'Anzahl',
  code: 'Code',
  meaning: 'Bedeutung',
  years: 'Nachrichten nach Jahren',
  year: 'Jahr',
  source: 'Quelle',
  targetWord: 'Ziel',
  sizes: 'Nachrichten nach Größe',
  upTo: 'bis',
  above: 'über',
  invented: 'Was ergänzt werden musste',
  nothingInvented: 'Nichts.',
  dateFrom: {
    received: 'Daten aus dem Kopffeld Received',
    date: 'Daten aus dem Kopffeld Date',
    file: 'Daten aus der Datei',
    none: 'Nachrichten ohne jedes Datum',
  },
  inventedMessageIds: 'erzeugte Message-IDs',
  inventedNames: 'geänderte Ordnernamen',
  leftAlone: 'Gesehen und nicht angerührt',
  next: 'Wie es weitergeht',
  run: 'Der Lauf',
  command: 'Befehl',
  started: 'Beginn',
  duration: 'Dauer',
  rate: 'Durchsatz',
  versions: 'Versionen',
  options: 'Optionen',
  details: 'Nachrichten mit Auffälligkeiten',
  subject: 'Betreff',
  from: 'Von',
  outcomeByFolder: 'Ergebnis je Ordner',
  sizeByFolder: 'Größe je Ordner',
  otherFolders: 'weitere Ordner',
  dryRun: 'Probelauf',
  yes: 'ja',
  no: 'nein',
};

function verdict({ outcome, dryRun, read, arrived, isUnchanged, target }: VerdictFacts): string {
  const verb = dryRun ? (arrived === 1 ? 'wäre' : 'wären') : arrived === 1 ? 'ist' : 'sind';
  const count = (value: number) => formatCount(value, DE.groupSeparator);
  const of = `${count(arrived)} von ${count(read)} ${read === 1 ? 'Nachricht' : 'Nachrichten'}`;
  if (outcome === 'interrupted') return `Unterbrochen: ${of}, die bis dahin gelesen wurden, ${verb} ${target}.`;
  if (read === 0) return `Es gab keine Nachricht zu übertragen (Ziel: ${target}).`;
  if (isUnchanged) return `In der Quelle hat sich seit dem letzten Lauf nichts geändert: ${of}, schon damals ${target}.`;
  if (read > 1 && read === arrived) return `Alle ${count(read)} Nachrichten ${verb} ${target}.`;
  return `${of} ${verb} ${target}.`;
}
