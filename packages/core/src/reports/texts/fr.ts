import { formatCount } from '../quantity.js';
import type { ReportTexts, VerdictFacts } from './texts.js';

/** The report in French. Groups of digits are parted by a narrow space that does not break. */
export const FR: ReportTexts = {
  language: 'fr',
  groupSeparator: '\u202f',
  decimalPoint: ',',
  target: (format, location) =>
    format === 'imap' ? `dans le compte ${location}` : format === 'maildir' ? `dans le Maildir ${location}` : `dans ${location}`,
  verdict,
  damaged: 'La source est endommagée : tout ce qu’elle contenait n’a pas pu être lu.',
  title: 'Rapport d’un transfert de courrier',
  books: 'Le bilan',
  folder: 'Dossier',
  folders: 'Dossiers',
  read: 'lus',
  written: 'écrits',
  alreadyPresent: 'déjà présents',
  updated: 'dont les marques ont été mises à jour',
  filtered: 'écartés',
  filteredBy: {
    option: 'par une option',
    expunged: 'supprimés dans la source',
    removedByUser: 'retirés ou déplacés par l’utilisateur',
    duplicate: 'en double',
  },
  failed: 'en échec',
  size: 'Taille',
  oldest: 'Le plus ancien',
  newest: 'Le plus récent',
  total: 'Total',
  items: 'Contacts, rendez-vous et autres',
  nodes: 'Nœuds de message du PST',
  messages: 'Messages',
  issues: 'Anomalies',
  noIssues: 'Aucune : rien d’étrange, rien à deviner.',
  failures: 'Pourquoi des messages ont échoué',
  firstPlaces: 'Premiers endroits',
  count: 'Nombre',
  code: 'Code',
  meaning: 'Signification',
  years: 'Messages par année',
  year: 'Année',
  source: 'Source',
  targetWord: 'Cible',
  sizes: 'Messages par taille',
  upTo: 'jusqu’à',
  above: 'plus de',
  invented: 'Ce qu’il a fallu inventer',
  nothingInvented: 'Rien.',
  dateFrom: {
    received: 'dates prises du champ Received',
    date: 'dates prises du champ Date',
    file: 'dates prises du fichier',
    none: 'messages sans aucune date',
  },
  inventedMessageIds: 'Message-ID créés',
  inventedNames: 'noms de dossiers modifiés',
  leftAlone: 'Vu et laissé en place',
  next: 'Pour continuer',
  run: 'L’exécution',
  command: 'Commande',
  started: 'Début',
  duration: 'Durée',
  rate: 'Débit',
  versions: 'Versions',
  options: 'Options',
  details: 'Messages avec anomalies',
  subject: 'Objet',
  from: 'De',
  outcomeByFolder: 'Résultat par dossier',
  sizeByFolder: 'Taille par dossier',
  otherFolders: 'autres dossiers',
  dryRun: 'Essai à blanc',
  yes: 'oui',
  no: 'non',
};

function verdict({ outcome, dryRun, read, arrived, isUnchanged, target }: VerdictFacts): string {
  const verb = dryRun ? (arrived > 1 ? 'seraient' : 'serait') : arrived > 1 ? 'sont' : 'est';
  const count = (value: number) => formatCount(value, FR.groupSeparator);
  const of = `${count(arrived)} ${arrived > 1 ? 'messages' : 'message'} sur ${count(read)}`;
  if (outcome === 'interrupted') return `Interrompu : ${of} lus jusque-là ${verb} ${target}.`;
  if (read === 0) return `Il n’y avait aucun message à transférer (cible : ${target}).`;
  if (isUnchanged) return `Rien n’a changé dans la source depuis le dernier passage : ${of}, déjà ${target} alors.`;
  if (read > 1 && read === arrived) return `Tous les ${count(read)} messages ${verb} ${target}.`;
  return `${of} ${verb} ${target}.`;
}
