import { formatCount, REPORT_TEXTS } from '@mailferry/core';
import type { BatchTexts, BatchVerdict } from './texts.js';

/** The batch report in French. */
export const FR: BatchTexts = {
  words: REPORT_TEXTS.fr,
  verdict,
  title: 'Rapport d’un lot',
  users: 'Utilisateurs',
  user: 'Utilisateur',
  usersByOutcome: 'Utilisateurs par résultat',
  states: {
    done: 'terminé',
    incomplete: 'terminé sauf quelques messages',
    failed: 'échec',
    retry: 'nouvel essai prévu',
    interrupted: 'interrompu',
    running: 'en cours',
    waiting: 'en attente',
  },
  groups: 'Groupes',
  group: 'Groupe',
  noGroup: 'sans groupe',
  left: 'encore à faire',
  outcome: 'Résultat',
  tries: 'Essais',
  folderNames: 'Dossiers par nom, tous utilisateurs confondus',
  folderCount: 'Dossiers en tout',
  arrived: 'dans la cible',
  throughput: 'Débit au fil du temps',
  messagesOverTime: 'Messages au fil du temps',
  bytesOverTime: 'Octets au fil du temps',
  from: 'À partir de (UTC)',
  stretch: 'Une colonne représente',
  skipped: 'Ce qui a été laissé de côté',
  reason: 'Raison',
  places: 'Emplacements',
  byHand: 'Ce qui reste à faire à la main',
  nothingByHand: 'Rien.',
  byHandKinds: {
    failed: 'Ces utilisateurs ont échoué : corriger la cause et relancer le lot avec --unfinished',
    left: 'Ces utilisateurs ne sont pas encore terminés : relancer la même commande',
    messagesFailed: 'Des messages de ces utilisateurs n’ont pu être lus ou remis : les prévenir et garder les anciens fichiers',
    items: 'Contacts, rendez-vous et autres sont dans des fichiers à côté du courrier : les importer dans le carnet et l’agenda',
    unreadable:
      'L’utilisateur lui-même ne peut pas lire ces fichiers et répertoires, qui sont peut-être du courrier : lui en donner le droit et relancer sa tâche',
    lookalikes: 'Ces emplacements ressemblent à du courrier et n’ont pas été lus : vérifier, et les nommer comme sources au besoin',
    changed: 'Ces fichiers ont changé pendant la lecture : relancer le lot quand plus rien n’y est remis',
    damaged: 'Ces sources sont endommagées : chercher une meilleure copie dans une sauvegarde',
  },
  largestUsers: 'Utilisateurs ayant le plus de messages',
  otherUsers: 'autres utilisateurs',
  round: 'Tour',
  ended: 'Fin',
  lastWord: 'Dernier message',
};

function verdict({ outcome, users, done, incomplete, failed, left }: BatchVerdict): string {
  const count = (value: number): string => formatCount(value, FR.words.groupSeparator);
  if (users === 0) return 'Aucun utilisateur n’a été commencé.';
  if (outcome === 'complete') return users === 1 ? 'Le seul utilisateur est terminé.' : `Les ${count(users)} utilisateurs sont terminés.`;
  const rest = [
    incomplete > 0 ? `${count(incomplete)} sauf quelques messages` : '',
    failed > 0 ? `${count(failed)} en échec` : '',
    left > 0 ? `${count(left)} encore à faire` : '',
  ].filter((part) => part !== '');
  return `Utilisateurs terminés : ${count(done)} sur ${count(users)} ; ${rest.join(', ')}.`;
}
