import { formatCount } from '../quantity.js';
import type { ReportTexts, VerdictFacts } from './texts.js';

/** The report in Russian. Groups of digits are parted by a space that does not break. */
export const RU: ReportTexts = {
  language: 'ru',
  groupSeparator: '\u00a0',
  decimalPoint: ',',
  target: (format, location) =>
    format === 'imap' ? `в учётной записи ${location}` : format === 'maildir' ? `в Maildir ${location}` : `в ${location}`,
  verdict,
  damaged: 'Источник повреждён: прочитать удалось не всё, что в нём было.',
  title: 'Отчёт о переносе почты',
  books: 'Баланс',
  folder: 'Папка',
  folders: 'Папки',
  read: 'прочитано',
  written: 'записано',
  alreadyPresent: 'уже были',
  updated: 'из них с обновлёнными флагами',
  filtered: 'пропущено',
  filteredBy: {
    option: 'по настройке',
    expunged: 'удалены в источнике',
    removedByUser: 'удалены или перемещены пользователем',
    duplicate: 'повторы',
  },
  failed: 'не удалось',
  size: 'Размер',
  oldest: 'Самое старое',
  newest: 'Самое новое',
  total: 'Итого',
  items: 'Контакты, встречи и прочее',
  nodes: 'Узлы сообщений в PST',
  messages: 'Сообщения',
  issues: 'Замечания',
  noIssues: 'Нет: ничего необычного, ничего не пришлось угадывать.',
  failures: 'Почему не удалось перенести сообщения',
  firstPlaces: 'Первые места',
  count: 'Число',
  code: 'Код',
  meaning: 'Значение',
  years: 'Сообщения по годам',
  year: 'Год',
  source: 'Источник',
  targetWord: 'Назначение',
  sizes: 'Сообщения по размеру',
  upTo: 'до',
  above: 'больше',
  invented: 'Что пришлось добавить',
  nothingInvented: 'Ничего.',
  dateFrom: {
    received: 'дат взято из поля Received',
    date: 'дат взято из поля Date',
    file: 'дат взято из файла',
    none: 'сообщений без даты',
  },
  inventedMessageIds: 'создано Message-ID',
  inventedNames: 'изменено имён папок',
  leftAlone: 'Просмотрено и оставлено как есть',
  next: 'Что делать дальше',
  run: 'Запуск',
  command: 'Команда',
  started: 'Начало',
  duration: 'Длительность',
  rate: 'Скорость',
  versions: 'Версии',
  options: 'Параметры',
  details: 'Сообщения с замечаниями',
  subject: 'Тема',
  from: 'От',
  outcomeByFolder: 'Итог по папкам',
  sizeByFolder: 'Размер по папкам',
  otherFolders: 'других папок',
  dryRun: 'Пробный запуск',
  yes: 'да',
  no: 'нет',
};

function verdict({ outcome, dryRun, read, arrived, isUnchanged, target }: VerdictFacts): string {
  const verb = dryRun ? 'оказалось бы' : 'находится';
  const count = (value: number) => formatCount(value, RU.groupSeparator);
  const of = `${count(arrived)} из ${count(read)} ${endsInOne(read) ? 'сообщения' : 'сообщений'}`;
  if (outcome === 'interrupted') return `Прервано: ${target} ${verb} ${of}, прочитанных к этому времени.`;
  if (read === 0) return `Переносить было нечего (назначение: ${target}).`;
  if (isUnchanged) {
    return `В источнике ничего не изменилось с тех пор, как ${target} ${read === arrived && read > 1 ? `оказались все сообщения (${count(read)})` : `оказалось ${of}`}.`;
  }
  if (read > 1 && read === arrived) return `Все сообщения (${count(read)}) ${dryRun ? 'оказались бы' : 'находятся'} ${target}.`;
  return `${of} ${verb} ${target}.`;
}

/** After "из", numbers that end in 1, but not in 11, take the singular. */
function endsInOne(count: number): boolean {
  return count % 10 === 1 && count % 100 !== 11;
}
