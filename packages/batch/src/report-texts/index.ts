import { DE } from './de.js';
import { EN } from './en.js';
import { FR } from './fr.js';
import { RU } from './ru.js';
import type { BatchTexts } from './texts.js';

export type { BatchTexts, BatchVerdict } from './texts.js';

/** The texts of a batch report by language (ISO 639-1). */
export const BATCH_TEXTS: Readonly<Record<'de' | 'en' | 'fr' | 'ru', BatchTexts>> = { de: DE, en: EN, fr: FR, ru: RU };
