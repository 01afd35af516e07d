// Names that mail programs give to the folders of RFC 6154 §2, in the languages they are translated to.
// Folded: NFC, lower case, one space. Earlier names win over later ones. Outboxes are no \Sent: what waits there was never sent.
import type { SpecialUse } from '../../model/folder.js';

const SENT: readonly string[] = [
  'sent|sent messages|sent items|sent-mail|sent mail|sent-items|sent_mail|sentmail|sent objects|sent e-mail', // English, Pine, mutt
  'gesendet|gesendete objekte|gesendete elemente|gesendete nachrichten|gesendete', // German
  'envoyés|envoyes|éléments envoyés|messages envoyés|courrier envoyé|courriers envoyés|envoyé', // French
  'enviados|elementos enviados|correo enviado|mensajes enviados|enviado', // Spanish, Galician
  'itens enviados|enviadas|mensagens enviadas|e-mails enviados', // Portuguese
  'posta inviata|inviata|inviati|elementi inviati|messaggi inviati', // Italian
  'enviats|elements enviats|missatges enviats', // Catalan
  'verzonden|verzonden items|verzonden berichten|verstuurd', // Dutch
  'gestuur|gestuurde items', // Afrikaans
  'skickat|skickade|skickade objekt|skickade meddelanden', // Swedish
  'sendt|sendt post|sendte elementer|sendte beskeder|sendt e-post|sendte meldinger', // Danish, Norwegian
  'sendur póstur|sendir hlutir|send skeyti', // Icelandic
  'lähetetyt|lähetetyt viestit|lähetetty', // Finnish
  'saadetud|saadetud kirjad|saadetud üksused', // Estonian
  'išsiųsti|išsiųsti laiškai|išsiųsti elementai|išsiųstieji', // Lithuanian
  'nosūtītie|nosūtītie vienumi|nosūtītās|nosūtītās vēstules', // Latvian
  'wysłane|elementy wysłane|poczta wysłana|wyslane', // Polish
  'odeslané|odeslaná pošta|odeslané zprávy|odeslane', // Czech
  'odoslané|odoslaná pošta|odoslané položky|odoslané správy', // Slovak
  'elküldött|elküldött elemek|elküldött üzenetek|elküldött levelek|elküldöttek', // Hungarian
  'trimise|elemente trimise|mesaje trimise|e-mailuri trimise', // Romanian
  'poslano|poslana pošta|poslane stavke|poslane poruke|poslani elementi|poslana sporočila', // Croatian, Bosnian, Slovenian
  'послато|послате поруке|poslato|poslate poruke|послате ставке', // Serbian
  'испратени|пратени|испратена пошта', // Macedonian
  'изпратени|изпратена поща|изпратени елементи', // Bulgarian
  'отправленные|отправленное|отправленные элементы|отправлено', // Russian
  'надіслані|надіслане|надіслана пошта|відправлені|надіслані елементи', // Ukrainian
  'адпраўленыя|дасланыя', // Belarusian
  'απεσταλμένα|σταλμένα|απεσταλμένα στοιχεία', // Greek
  'të dërguara|dërguar|të dërguarat', // Albanian
  'gönderilmiş öğeler|gönderilenler|gönderilmiş|gönderilen|gönderilmiş postalar', // Turkish
  'bidalitakoak|bidalita|bidalitako elementuak', // Basque
  'anfonwyd|eitemau a anfonwyd', // Welsh
  'seolta|míreanna seolta', // Irish
  'senditaj|senditaĵoj', // Esperanto
  'გაგზავნილი', // Georgian
  'ուղարկված', // Armenian
  '送信済み|送信済みアイテム|送信済みメール|送信済みトレイ|送信控え', // Japanese
  '已发送|已发送邮件|已发送消息|已发邮件|已寄出', // Chinese, simplified
  '寄件備份|已傳送|已傳送的郵件|寄件備份匣|已傳送郵件|已寄出郵件', // Chinese, traditional
  '보낸 편지함|보낸편지함|보낸 메일함|보낸메일함|보낸 항목', // Korean
  'المرسل|البريد المرسل|العناصر المرسلة|المرسلة|الرسائل المرسلة|مرسل', // Arabic
  'נשלח|דואר שנשלח|פריטים שנשלחו|נשלחו|הודעות שנשלחו', // Hebrew
  'ارسال شده|فرستاده شده|ارسال‌شده', // Persian
  'भेजे गए|भेजा गया|भेजे गए आइटम|प्रेषित', // Hindi
  'ส่งแล้ว|จดหมายที่ส่ง|รายการที่ส่ง|จดหมายที่ส่งแล้ว', // Thai
  'đã gửi|thư đã gửi|mục đã gửi', // Vietnamese
  'terkirim|item terkirim|pesan terkirim|surat terkirim', // Indonesian
  'dihantar|item dihantar|item yang dihantar', // Malay
];

const DRAFTS: readonly string[] = [
  'drafts|draft|postponed-msgs|postponed|draft messages', // English, Pine, mutt
  'entwürfe|entwurf|entwuerfe', // German
  'brouillons|brouillon', // French
  'borradores|borrador', // Spanish
  'rascunhos|rascunho|rascuños', // Portuguese, Galician
  'bozze|bozza', // Italian
  'esborranys|esborrany', // Catalan
  'concepten|concept', // Dutch
  'konsepte', // Afrikaans
  'utkast', // Swedish, Norwegian
  'kladder|udkast|kladde', // Danish, Norwegian
  'drög|uppköst', // Icelandic
  'luonnokset|luonnos', // Finnish
  'mustandid', // Estonian
  'juodraščiai', // Lithuanian
  'melnraksti|uzmetumi', // Latvian
  'wersje robocze|szkice|robocze|kopie robocze', // Polish
  'koncepty|rozepsané|rozepsané zprávy|rozpísané', // Czech, Slovak
  'piszkozatok|vázlatok', // Hungarian
  'ciorne|schițe|mesaje nefinalizate', // Romanian
  'skice|nacrti|osnutki', // Croatian, Serbian, Slovenian
  'нацрти|радне верзије', // Serbian, Macedonian
  'чернови', // Bulgarian
  'черновики', // Russian
  'чернетки', // Ukrainian
  'чарнавікі', // Belarusian
  'πρόχειρα|προσχέδια', // Greek
  'drafte|skica', // Albanian
  'taslaklar|taslak', // Turkish
  'zirriborroak', // Basque
  'drafftiau', // Welsh
  'dréachtaí', // Irish
  'malnetoj', // Esperanto
  'მონახაზები', // Georgian
  'սևագրեր', // Armenian
  '下書き|下書きトレイ|草稿', // Japanese
  '草稿箱|草稿夹', // Chinese, simplified
  '草稿匣|草稿郵件', // Chinese, traditional
  '임시 보관함|임시보관함|초안', // Korean
  'المسودات|مسودات|مسودة', // Arabic
  'טיוטות|טיוטה', // Hebrew
  'پیش‌نویس‌ها|پیش‌نویس|پیش نویس', // Persian
  'ड्राफ़्ट|ड्राफ्ट|प्रारूप', // Hindi
  'แบบร่าง|ร่างจดหมาย|จดหมายร่าง|ฉบับร่าง', // Thai
  'thư nháp|bản nháp|nháp', // Vietnamese
  'draf|konsep', // Indonesian, Malay
];

const TRASH: readonly string[] = [
  'trash|deleted items|deleted messages|deleted|bin|wastebasket|deleted objects', // English
  'papierkorb|gelöschte objekte|gelöschte elemente|gelöscht|gelöschte nachrichten', // German
  'corbeille|éléments supprimés|messages supprimés|supprimés', // French
  'papelera|elementos eliminados|papelera de reciclaje|eliminados|correo eliminado|mensajes eliminados', // Spanish
  'lixo|lixeira|itens excluídos|itens eliminados|excluídos|mensagens excluídas|reciclagem', // Portuguese, Galician
  'cestino|posta eliminata|eliminati|elementi eliminati', // Italian
  'paperera|elements suprimits', // Catalan
  'prullenbak|verwijderde items|verwijderd|prullenmand', // Dutch
  'asblik|vullisblik|geskrapte items', // Afrikaans
  'papperskorgen|papperskorg|borttaget|borttagna objekt', // Swedish
  'papirkurv|slettet post|slettede elementer|papirkurven', // Danish, Norwegian
  'rusl|eyddir hlutir|ruslið', // Icelandic
  'roskakori|poistetut|poistetut viestit', // Finnish
  'prügikast|kustutatud|kustutatud üksused', // Estonian
  'šiukšliadėžė|šiukšlinė|ištrinti elementai', // Lithuanian
  'miskaste|atkritne|izdzēstie vienumi', // Latvian
  'kosz|elementy usunięte|usunięte', // Polish
  'koš|odstraněná pošta|odstraněné', // Czech
  'kôš|odstránená pošta|odstránené položky', // Slovak
  'kuka|törölt elemek|lomtár|törölt üzenetek|törölt', // Hungarian
  'coș de gunoi|coş|gunoi|elemente șterse|coș', // Romanian
  'smeće|izbrisano|kanta|izbrisane stavke|obrisano', // Croatian, Serbian, Bosnian
  'koš za smeti|smeti|izbrisani elementi', // Slovenian
  'смеће|отпад|канта|обрисано', // Serbian
  'ѓубре|корпа за отпадоци|избришани', // Macedonian
  'кошче|изтрити|изтрити елементи', // Bulgarian
  'корзина|удаленные|удалённые|удаленные элементы', // Russian
  'кошик|видалені|смітник|видалені елементи', // Ukrainian
  'сметніца|кошык', // Belarusian
  'κάδος απορριμμάτων|κάδος|απορρίμματα|διαγραμμένα|διαγραμμένα στοιχεία', // Greek
  'koshi|plehra', // Albanian
  'çöp kutusu|çöp|silinmiş öğeler|silinenler|silinmiş', // Turkish
  'zakarrontzia|ezabatutako elementuak', // Basque
  'sbwriel', // Welsh
  'bruscar', // Irish
  'rubujo', // Esperanto
  'ნაგავი|წაშლილი', // Georgian
  'աղբաման|աղբարկղ', // Armenian
  'ごみ箱|ゴミ箱|削除済みアイテム|削除済み', // Japanese
  '已删除|已删除邮件|垃圾箱|回收站|废件箱', // Chinese, simplified
  '垃圾桶|刪除的郵件|已刪除|回收桶|資源回收筒', // Chinese, traditional
  '휴지통|지운 편지함|삭제된 항목', // Korean
  'المهملات|سلة المهملات|العناصر المحذوفة|المحذوفة', // Arabic
  'אשפה|פריטים שנמחקו|נמחקו|סל המחזור', // Hebrew
  'زباله‌دان|سطل زباله|حذف شده|زباله‌ها', // Persian
  'कचरा|ट्रैश|हटाए गए आइटम', // Hindi
  'ถังขยะ|รายการที่ลบ', // Thai
  'thùng rác|đã xóa|mục đã xóa', // Vietnamese
  'sampah|tempat sampah|kotak sampah|item terhapus|item dihapus', // Indonesian, Malay
];

const JUNK: readonly string[] = [
  'junk|spam|junk e-mail|junk email|junk mail|bulk mail|bulk|probably-spam|caughtspam|junk-email', // English, and loan words everywhere
  'junk-e-mail|unerwünscht|unerwünschte werbung|spamverdacht|spamverdächtig', // German
  'indésirables|courrier indésirable|pourriel|pourriels|courriers indésirables', // French
  'correo no deseado|correo basura|no deseado|no deseados', // Spanish
  'lixo eletrônico|lixo eletrónico|lixo electrónico|correio de lixo', // Portuguese
  'posta indesiderata|indesiderata|indesiderati', // Italian
  'correu brossa|brossa', // Catalan
  'ongewenste e-mail|ongewenst|ongewenste mail', // Dutch
  'gemorspos', // Afrikaans
  'skräppost', // Swedish
  'uønsket|uønsket post|uønsket mail|uønsket e-post|søppelpost', // Danish, Norwegian
  'ruslpóstur', // Icelandic
  'roskaposti', // Finnish
  'rämpspost', // Estonian
  'brukalas|šlamštas|nepageidaujamas paštas', // Lithuanian
  'mēstules|surogātpasts', // Latvian
  'wiadomości-śmieci|niechciane|wiadomości śmieci', // Polish
  'nevyžádaná pošta|nevyžádané', // Czech
  'nevyžiadaná pošta|nevyžiadané', // Slovak
  'levélszemét|kéretlen levelek|kéretlen', // Hungarian
  'mesaje nedorite|e-mail nedorit|nedorite', // Romanian
  'neželjena pošta|neželjeno|bezvrijedna pošta', // Croatian, Serbian, Bosnian
  'neželena pošta|vsiljena pošta', // Slovenian
  'непожељна пошта|непожељно|нежељена пошта', // Serbian
  'несакана пошта', // Macedonian
  'нежелана поща|спам', // Bulgarian, and others in Cyrillic
  'нежелательная почта', // Russian
  'небажана пошта|небажана кореспонденція', // Ukrainian
  'непажаданая пошта', // Belarusian
  'ανεπιθύμητη αλληλογραφία|ανεπιθύμητα|ανεπιθύμητη', // Greek
  'të padëshiruara|e pavlerë', // Albanian
  'önemsiz|önemsiz e-posta|gereksiz|istenmeyen', // Turkish
  'zabor-posta', // Basque
  'sothach', // Welsh
  'turscar|dramhphost', // Irish
  'trudaĵoj', // Esperanto
  'სპამი', // Georgian
  'սպամ', // Armenian
  '迷惑メール|迷惑メールフォルダ', // Japanese
  '垃圾邮件', // Chinese, simplified
  '垃圾郵件|垃圾信件', // Chinese, traditional
  '스팸|스팸 편지함|스팸편지함|정크 메일|정크메일|스팸메일함', // Korean
  'بريد مزعج|البريد المزعج|البريد غير الهام|رسائل مزعجة', // Arabic
  'דואר זבל|זבל|ספאם', // Hebrew
  'هرزنامه|هرزنامه‌ها', // Persian
  'स्पैम|जंक|जंक ईमेल', // Hindi
  'จดหมายขยะ|สแปม|อีเมลขยะ', // Thai
  'thư rác', // Vietnamese
  'email sampah|surat sampah', // Indonesian
  'e-mel remeh|emel sarap', // Malay
];

const ARCHIVE: readonly string[] = [
  'archive|archives|archived|saved-messages|saved messages', // English, Pine
  'archiv', // German, Czech
  'archivés|archivé', // French
  'archivo|archivados', // Spanish
  'arquivo|arquivos|arquivados|arquivo morto', // Portuguese, Galician
  'archivio|archiviati', // Italian
  'arxiu|arxius', // Catalan
  'archief|archieven', // Dutch
  'argief', // Afrikaans
  'arkiv|arkiverat', // Swedish, Danish, Norwegian
  'skjalasafn', // Icelandic
  'arkisto|arkistoidut', // Finnish
  'arhiiv', // Estonian
  'archyvas|archyvai', // Lithuanian
  'arhīvs|arhīvi', // Latvian
  'archiwum|zarchiwizowane', // Polish
  'archív', // Slovak
  'archívum', // Hungarian
  'arhivă|arhiva|arhive', // Romanian, Croatian, Serbian
  'arhiv', // Slovenian
  'архива|архиве', // Serbian, Macedonian
  'архив|архивы', // Bulgarian, Russian
  'архів|архіви', // Ukrainian
  'архіў|архівы', // Belarusian
  'αρχείο|αρχειοθήκη|αρχειοθέτηση', // Greek
  'arkivi|arkiva', // Albanian
  'arşiv|arşivler', // Turkish
  'artxiboa|artxiboak', // Basque
  'archif', // Welsh
  'cartlann', // Irish
  'arkivo|arĥivo', // Esperanto
  'არქივი', // Georgian
  'արխիվ', // Armenian
  'アーカイブ', // Japanese
  '归档|存档', // Chinese, simplified
  '封存|歸檔', // Chinese, traditional
  '보관함|보관|아카이브', // Korean
  'الأرشيف|أرشيف', // Arabic
  'ארכיון', // Hebrew
  'بایگانی|آرشیو', // Persian
  'संग्रह|पुरालेख', // Hindi
  'เก็บถาวร|ที่เก็บถาวร|คลังข้อมูล', // Thai
  'lưu trữ', // Vietnamese
  'arsip', // Indonesian
  'arkib', // Malay
];

const names = (lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split('|'));

/** The names of each use, best first. */
export const SPECIAL_USE_NAMES: readonly (readonly [use: SpecialUse, names: readonly string[]])[] = [
  ['\\Sent', names(SENT)],
  ['\\Drafts', names(DRAFTS)],
  ['\\Trash', names(TRASH)],
  ['\\Junk', names(JUNK)],
  ['\\Archive', names(ARCHIVE)],
];
