import type { NodeCounts } from '../model/index.js';
import { numbersOf } from './numbers.js';
import type { ReportTexts } from './texts/texts.js';

const ITEMS: ReadonlySet<string> = new Set(['contact', 'distributionList', 'appointment', 'task', 'note', 'journal', 'other']);

/** Where the message nodes of a PST went: `71 = 65 messages + 3 contacts, appointments and the like + 2 seen and left alone + 1 failed`. */
export function nodeLine({ expected, outcomes }: NodeCounts, texts: ReportTexts): string {
  const { count } = numbersOf(texts);
  const sums = new Map<string, number>([[texts.messages, 0]]);
  for (const [outcome, number] of Object.entries(outcomes)) {
    const word = wordOf(outcome, texts);
    sums.set(word, (sums.get(word) ?? 0) + number);
  }
  return `${count(expected)} = ${[...sums].map(([word, number]) => `${count(number)} ${inSentence(word, texts)}`).join(' + ')}`;
}

/** Message nodes that are contacts, appointments and the like. */
export function itemNodes({ outcomes }: NodeCounts): number {
  return Object.entries(outcomes).reduce((sum, [outcome, number]) => sum + (ITEMS.has(outcome) ? number : 0), 0);
}

/** What a store names `mail`, a kind of item, `failed`, `filtered:REASON`, or the reason why nobody asked for it. */
function wordOf(outcome: string, texts: ReportTexts): string {
  if (outcome === 'mail') return texts.messages;
  if (outcome === 'failed') return texts.failed;
  if (outcome.startsWith('filtered:')) return texts.filtered;
  return ITEMS.has(outcome) ? texts.items : texts.leftAlone;
}

/** German nouns keep their capital. */
function inSentence(word: string, { language }: ReportTexts): string {
  return language === 'de' ? word : word.charAt(0).toLocaleLowerCase(language) + word.slice(1);
}
