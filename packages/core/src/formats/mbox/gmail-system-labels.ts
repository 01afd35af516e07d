// Gmail's system labels as Takeout writes them, by language of the account: what each means. Names are compared in lower case, without marks of
// width. A label that is not in this table is the user's own.

/** What a system label means. */
export type GmailSystemLabel =
  | 'inbox'
  | 'sent'
  | 'drafts'
  | 'spam'
  | 'trash'
  | 'archived'
  | 'unread'
  | 'opened'
  | 'starred'
  | 'important'
  | 'chat'
  | 'category';

/** Meaning → names: English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Danish, Norwegian, Russian, Turkish, Japanese, Chinese. */
const NAMES: Readonly<Record<Exclude<GmailSystemLabel, 'category'>, string>> = {
  inbox:
    'inbox|posteingang|boîte de réception|messages reçus|recibidos|bandeja de entrada|caixa de entrada|entrada|posta in arrivo|postvak in|odebrane|doručená pošta|přijaté|inkorg|inkorgen|indbakke|innboks|входящие|gelen kutusu|受信トレイ|收件箱|收件匣',
  sent: 'sent|sent mail|gesendet|messages envoyés|envoyés|enviados|enviado|posta inviata|inviati|inviata|verzonden|wysłane|odeslaná pošta|odeslané|skickat|skickade|sendt|sendte mails|отправленные|gönderilmiş postalar|gönderilenler|送信済み|送信済みメール|已发送|已发邮件|寄件備份',
  drafts:
    'drafts|draft|entwürfe|entwurf|brouillons|brouillon|borradores|borrador|rascunhos|rascunho|bozze|bozza|concepten|concept|wersje robocze|koncepty|koncept|utkast|kladder|kladde|черновики|черновик|taslaklar|taslak|下書き|草稿',
  spam: 'spam|courrier indésirable|correo no deseado|lixo eletrônico|posta indesiderata|skräppost|søppelpost|спам|迷惑メール|垃圾邮件|垃圾郵件',
  trash:
    'trash|bin|deleted|papierkorb|corbeille|papelera|lixeira|lixo|reciclagem|cestino|prullenbak|kosz|koš|papperskorgen|papirkurv|papirkurven|корзина|çöp kutusu|çöp|ゴミ箱|已删除邮件|垃圾桶',
  archived:
    'archived|archiviert|archivé|archivés|archivado|archivados|arquivada|arquivado|arquivadas|archiviata|archiviati|archiviato|gearchiveerd|zarchiwizowane|archivováno|archivované|arkiverat|arkiverede|arkiveret|arkivert|архив|архивные|в архиве|arşivlendi|arşivlenen|アーカイブ済み|アーカイブ|已归档|已封存',
  unread:
    'unread|ungelesen|non lus|non lu|no leídos|no leído|não lida|não lidas|não lidos|non letti|non letta|da leggere|ongelezen|nieprzeczytane|nepřečtené|nepřečteno|oläst|olästa|ulæst|ulæste|ulest|uleste|непрочитанные|непрочитано|okunmamış|okunmayan|okunmadı|未読|未读|未讀',
  opened:
    'opened|geöffnet|ouvert|ouverts|abierto|abiertos|aberto|aberta|abertas|aperti|aperto|aperta|già aperti|geopend|otwarte|otevřeno|otevřené|öppnat|öppnad|öppnade|åbnet|åbnede|åpnet|открытые|открыто|açıldı|açılan|açılmış|開封済み|已打开|已开启|已開啟',
  starred:
    'starred|markiert|suivis|suivi|messages suivis|destacados|destacado|com estrela|estrela|speciali|speciale|met ster|z gwiazdką|s hvězdičkou|stjärnmärkt|stjärnmärkta|stjernemarkeret|stjernemerket|помеченные|yıldızlı|スター付き|已加星标|已加星號',
  important:
    'important|wichtig|importants|importante|importantes|importanti|belangrijk|ważne|důležité|viktigt|vigtig|vigtigt|viktig|важное|önemli|重要|重要邮件|重要郵件',
  chat: 'chat|chats|chatten|чат|sohbet|チャット|聊天|聊天记录',
};

/** Gmail's tabs: `Category personal`, `Categoría: Personal`, `Kategorie: Werbung` … */
const CATEGORY =
  /^(?:category|categor[ií]a|categoria|catégorie|kategorie|kategori|kategoria|categorie|категория|カテゴリ|类别|類別)\s*[:： ]\s*\S/iu;

const MEANINGS: ReadonlyMap<string, GmailSystemLabel> = new Map(
  Object.entries(NAMES).flatMap(([meaning, names]) => names.split('|').map((name) => [name, meaning as GmailSystemLabel] as const)),
);

/** What the label means; undefined for the user's own. */
export function gmailSystemLabel(label: string): GmailSystemLabel | undefined {
  const name = label.normalize('NFC').toLowerCase().replace(/[‎‏​]/g, '');
  return MEANINGS.get(name) ?? (CATEGORY.test(name) ? 'category' : undefined);
}
