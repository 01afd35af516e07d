import type { SpecialUse } from '@mailferry/core';

/** Names that clients and servers give to special folders, lower case, in the usual languages. */
const NAMES: Readonly<Partial<Record<SpecialUse, string>>> = {
  '\\Sent':
    'sent|sent items|sent messages|sent mail|sent-mail|gesendet|gesendete elemente|gesendete objekte|gesendete nachrichten|envoyés|éléments envoyés|messages envoyés|' +
    'enviados|elementos enviados|mensajes enviados|itens enviados|mensagens enviadas|inviati|posta inviata|elementi inviati|messaggi inviati|verzonden|verzonden items|verzonden berichten|skickat|skickade|' +
    'sendt|sendt post|sendte elementer|lähetetyt|wysłane|elementy wysłane|odeslané|odeslaná pošta|odoslané|elküldött|elküldött elemek|trimise|отправленные|надіслані|gönderilmiş|gönderilmiş öğeler|' +
    'απεσταλμένα|送信済み|送信済みアイテム|已发送|已发送邮件|寄件備份|보낸 편지함|المرسلة|נשלחו',
  '\\Drafts':
    'drafts|draft|entwürfe|brouillons|borradores|rascunhos|bozze|concepten|utkast|kladder|luonnokset|wersje robocze|szkice|koncepty|rozepsané|piszkozatok|ciorne|черновики|чернетки|taslaklar|πρόχειρα|下書き|草稿|草稿箱|임시 보관함|مسودات|טיוטות',
  '\\Junk':
    'junk|spam|junk e-mail|junk email|junk mail|bulk mail|junk-e-mail|spamverdacht|unerwünscht|courrier indésirable|indésirables|pourriel|correo no deseado|lixo eletrônico|lixo electrónico|posta indesiderata|ongewenste e-mail|' +
    'ongewenst|skräppost|søppelpost|uønsket mail|roskaposti|wiadomości-śmieci|nevyžádaná pošta|nevyžiadaná pošta|levélszemét|спам|нежелательная почта|небажана пошта|önemsiz|gereksiz e-posta|ανεπιθύμητα|迷惑メール|垃圾邮件|垃圾郵件|스팸',
  '\\Trash':
    'trash|deleted|deleted items|deleted messages|bin|papierkorb|gelöscht|gelöschte elemente|gelöschte objekte|corbeille|éléments supprimés|papelera|elementos eliminados|lixo|lixeira|itens excluídos|itens eliminados|cestino|' +
    'posta eliminata|elementi eliminati|prullenbak|verwijderde items|papperskorg|papperskorgen|borttaget|papirkurv|slettede elementer|slettet post|roskakori|poistetut|kosz|elementy usunięte|koš|odstraněná pošta|kôš|kuka|törölt elemek|' +
    'coș de gunoi|корзина|удаленные|кошик|видалені|çöp kutusu|silinmiş öğeler|κάδος απορριμμάτων|διαγραμμένα|ゴミ箱|削除済みアイテム|已删除邮件|垃圾桶|刪除的郵件|휴지통|지운 편지함',
  '\\Archive':
    'archive|archives|archiv|archivo|arquivo|archivio|archief|arkiv|arkisto|archiwum|archív|archivum|arhivă|архив|архів|arşiv|αρχείο|アーカイブ|存档|封存|보관함',
};

const USES: ReadonlyMap<string, SpecialUse> = new Map(
  Object.entries(NAMES).flatMap(([use, names]) => names.split('|').map((name) => [name.normalize('NFC'), use as SpecialUse] as const)),
);

/** The use that a folder of this name has, in whatever language. */
export function useOfName(name: string): SpecialUse | undefined {
  return USES.get(name.normalize('NFC').trim().toLowerCase());
}

/** Patterns for `--exclude-folder`: calendars, contacts, tasks, notes, journals, drafts and queues, in the usual languages. */
export const NOT_FOR_UPLOAD: readonly string[] = [
  ...'Calendar|Kalender|Calendrier|Calendario|Calendário|Agenda|Kalenteri|Kalendarz|Kalendář|Kalendár|Naptár|Календарь|Календар|Takvim|Ημερολόγιο|予定表|日历|行事曆|일정'.split(
    '|',
  ),
  ...'Contacts|Kontakte|Contactos|Contatos|Contatti|Contactpersonen|Kontakter|Kontaktpersoner|Yhteystiedot|Kontakty|Névjegyek|Контакты|Контакти|Kişiler|Επαφές|連絡先|联系人|連絡人|연락처'.split(
    '|',
  ),
  ...'Tasks|Aufgaben|Tâches|Tareas|Tarefas|Attività|Taken|Uppgifter|Oppgaver|Opgaver|Tehtävät|Zadania|Úkoly|Úlohy|Feladatok|Задачи|Завдання|Görevler|Εργασίες|タスク|任务|工作|작업'.split(
    '|',
  ),
  ...'Notes|Notizen|Notas|Note|Notities|Anteckningar|Notater|Noter|Muistiinpanot|Notatki|Poznámky|Feljegyzések|Заметки|Нотатки|Notlar|Σημειώσεις|メモ|便笺|記事|메모'.split(
    '|',
  ),
  ...'Journal|Diario|Diário|Logboek|Dagbok|Dagbog|Päiväkirja|Dziennik|Deník|Denník|Napló|Дневник|Щоденник|Günlük|Ημερολόγιο συμβάντων|履歴|日记|日誌|업무 일지'.split(
    '|',
  ),
  ...(NAMES['\\Drafts'] ?? '').split('|').flatMap((name) => [name, name.charAt(0).toUpperCase() + name.slice(1)]),
  ...'Outbox|Postausgang|Boîte d’envoi|Bandeja de salida|Caixa de Saída|Posta in uscita|Postvak UIT|Utkorg|Utboks|Udbakke|Lähtevät|Skrzynka nadawcza|Pošta k odeslání|Исходящие|Вихідні|Giden Kutusu|送信トレイ|发件箱|寄件匣|보낼 편지함'.split(
    '|',
  ),
  ...'Sync Issues|Synchronisierungsprobleme|Problèmes de synchronisation|Problemas de sincronización|Conversation Action Settings|Quick Step Settings|RSS Feeds|RSS-Feeds|Suggested Contacts'.split(
    '|',
  ),
];
