import { DE } from './de.js';
import { EN } from './en.js';
import { FR } from './fr.js';
import { RU } from './ru.js';
import type { ReportTexts } from './texts.js';

/** The texts of a report by language (ISO 639-1). */
export const REPORT_TEXTS: Readonly<Record<'de' | 'en' | 'fr' | 'ru', ReportTexts>> = { de: DE, en: EN, fr: FR, ru: RU };
