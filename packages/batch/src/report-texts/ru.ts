import { formatCount, REPORT_TEXTS } from '@mailferry/core';
import type { BatchTexts, BatchVerdict } from './texts.js';

/** The batch report in Russian. */
export const RU: BatchTexts = {
  words: REPORT_TEXTS.ru,
  verdict,
  title: 'Отчёт о пакетном переносе',
  users: 'Пользователи',
  user: 'Пользователь',
  usersByOutcome: 'Пользователи по итогу',
  states: {
    done: 'готово',
    incomplete: 'готово, кроме нескольких сообщений',
    failed: 'не удалось',
    retry: 'будет повторено',
    interrupted: 'прервано',
    running: 'выполняется',
    waiting: 'ожидает',
  },
  groups: 'Группы',
  group: 'Группа',
  noGroup: 'без группы',
  left: 'осталось',
  outcome: 'Итог',
  tries: 'Попытки',
  folderNames: 'Папки по именам, все пользователи вместе',
  folderCount: 'Всего папок',
  arrived: 'в назначении',
  throughput: 'Скорость во времени',
  messagesOverTime: 'Сообщения во времени',
  bytesOverTime: 'Октеты во времени',
  from: 'С (UTC)',
  stretch: 'Один столбец —',
  skipped: 'Что пропущено',
  reason: 'Причина',
  places: 'Места',
  byHand: 'Что осталось сделать вручную',
  nothingByHand: 'Ничего.',
  byHandKinds: {
    failed: 'У этих пользователей перенос не удался: устраните причину и запустите пакет ещё раз с --unfinished',
    left: 'Эти пользователи ещё не готовы: запустите ту же команду ещё раз',
    messagesFailed: 'Сообщения этих пользователей не удалось прочитать или доставить: сообщите им и сохраните старые файлы',
    items: 'Контакты, встречи и прочее лежат в файлах рядом с почтой: загрузите их в адресную книгу и календарь',
    unreadable:
      'Эти файлы и каталоги сам пользователь прочитать не может, а в них может быть почта: дайте ему права и повторите его задание',
    lookalikes: 'Эти места похожи на почту и не были прочитаны: посмотрите и при необходимости укажите их как источники',
    changed: 'Эти файлы изменились во время чтения: запустите пакет ещё раз, когда туда ничего не доставляется',
    damaged: 'Эти источники повреждены: поищите лучшую копию в резервном хранилище',
  },
  largestUsers: 'Пользователи с наибольшим числом сообщений',
  otherUsers: 'остальные пользователи',
  round: 'Проход',
  ended: 'Конец',
  lastWord: 'Последнее сообщение',
};

function verdict({ outcome, users, done, incomplete, failed, left }: BatchVerdict): string {
  const count = (value: number): string => formatCount(value, RU.words.groupSeparator);
  if (users === 0) return 'Перенос ещё не начинался.';
  if (outcome === 'complete') return users === 1 ? 'Единственный пользователь готов.' : `Все пользователи (${count(users)}) готовы.`;
  const rest = [
    incomplete > 0 ? `кроме нескольких сообщений: ${count(incomplete)}` : '',
    failed > 0 ? `не удалось: ${count(failed)}` : '',
    left > 0 ? `осталось: ${count(left)}` : '',
  ].filter((part) => part !== '');
  return `Готово пользователей: ${count(done)} из ${count(users)}; ${rest.join(', ')}.`;
}
