// Names of the folder where mail arrives, in the languages that Outlook and its relatives are translated to. No RFC 6154 use: IMAP calls it INBOX.
import { foldFolderName } from './special-use.js';

const NAMES: readonly string[] = [
  'inbox', // English
  'posteingang|eingang', // German
  'boîte de réception|réception|courrier entrant', // French
  'bandeja de entrada|recibidos|entrada', // Spanish
  'caixa de entrada|a receber', // Portuguese, Galician
  'posta in arrivo', // Italian
  "safata d'entrada|bústia d'entrada", // Catalan
  'postvak in', // Dutch
  'posbus in|inkassie|inmandjie', // Afrikaans
  'inkorgen|inkorg', // Swedish
  'indbakke|innboks|innboksen', // Danish, Norwegian
  'innhólf', // Icelandic
  'saapuneet', // Finnish
  'sisendkaust|saabunud kirjad', // Estonian
  'gautieji|gauti laiškai|gautieji laiškai', // Lithuanian
  'iesūtne|ienākošās vēstules', // Latvian
  'skrzynka odbiorcza|odebrane', // Polish
  'doručená pošta|doručené', // Czech, Slovak
  'beérkezett üzenetek|beérkező levelek', // Hungarian
  'mesaje primite|căsuță intrare', // Romanian
  'ulazna pošta|primljeno|pristigla pošta', // Croatian, Bosnian
  'prejeto|mapa »prejeto«|mapa prejeto', // Slovenian
  'пријемно сандуче|prijemno sanduče|примљене поруке', // Serbian
  'приемно сандаче|примени', // Macedonian
  'входящи|входяща поща', // Bulgarian
  'входящие', // Russian
  'вхідні|вхідна пошта', // Ukrainian
  'уваходныя|атрыманыя', // Belarusian
  'εισερχόμενα', // Greek
  'kutia hyrëse|të marra', // Albanian
  'gelen kutusu', // Turkish
  'sarrerako ontzia|sarrera-ontzia|sarrerako postontzia', // Basque
  'blwch derbyn|mewnflwch', // Welsh
  'bosca isteach', // Irish
  'ricevujo|ricevitaj', // Esperanto
  'შემოსულები|შემოსული', // Georgian
  'մուտքի արկղ|մուտքային', // Armenian
  '受信トレイ|受信箱', // Japanese
  '收件箱', // Chinese, simplified
  '收件匣', // Chinese, traditional
  '받은 편지함|받은편지함', // Korean
  'علبة الوارد|البريد الوارد|صندوق الوارد', // Arabic
  'תיבת דואר נכנס|דואר נכנס', // Hebrew
  'صندوق ورودی|صندوق دریافت', // Persian
  'इनबॉक्स', // Hindi
  'กล่องจดหมายเข้า|กล่องขาเข้า', // Thai
  'hộp thư đến', // Vietnamese
  'kotak masuk', // Indonesian
  'peti masuk', // Malay
];

const RANKS: ReadonlyMap<string, number> = new Map(
  NAMES.flatMap((line) => line.split('|')).map((name, rank): [string, number] => [foldFolderName(name), rank]),
);

/** How plainly a name says that mail arrives in its folder: 0 for the plainest; undefined for a name that says nothing of it. */
export function inboxRank(name: string): number | undefined {
  return RANKS.get(foldFolderName(name));
}
