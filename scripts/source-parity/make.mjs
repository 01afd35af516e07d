// Trees as programs other than Dovecot and UW leave them, made from a seed, with what has to become of them.
import { mkdirSync } from 'node:fs';
import { random } from '../dovecot-parity/home.mjs';
import { maildir, messageFiles, numbered } from './directories.mjs';
import { appleMail, mailman, takeout } from './exports.mjs';
import { Tree } from './mail.mjs';
import { eudoraTree, evolutionTree, kmailTree, mixture, plainTree } from './mbox-trees.mjs';
import { thunderbird } from './thunderbird.mjs';

const KINDS = {
  thunderbird,
  takeout,
  mailman,
  appleMail,
  numbered,
  messageFiles,
  maildir,
  plainTree,
  evolutionTree,
  eudoraTree,
  kmailTree,
  mixture,
};
export const kinds = Object.keys(KINDS);

/** Writes a tree below `root`; gives what has to become of it: folders with their mail, places that have to be named, and flags for the program. */
export function makeTree(root, seed, kind = kinds[seed % kinds.length]) {
  const tree = new Tree(root, random(seed));
  tree.args = [];
  mkdirSync(root, { recursive: true });
  KINDS[kind](tree);
  return { kind, folders: tree.folders, left: tree.left, args: tree.args, isUnordered: tree.isUnordered === true };
}
