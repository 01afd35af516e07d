// What stands in the text of a native RTF: pictures, which become parts of multipart/related, and attachments, whose places are the \objattph of the text
// in the order of PidTagRenderingPosition ([MS-OXCMSG] 2.2.2.16). Pictures among these are shown where they are; others are named there.
import { hash } from 'node:crypto';
import { attachmentName, contentId, disposition, mediaType, oleFile } from './attachments.js';
import type { Conversion } from './context.js';
import { escapeHtml } from './html-text.js';
import { mimeTypeOfName } from './mime-type.js';
import type { MapiAttachment, MapiMessage } from './object.js';
import { Pid } from './properties.js';
import type { RtfPicture } from './rtf/picture.js';
import type { RtfInsertions } from './rtf/to-html.js';
import { numberOf, type StringReader } from './value.js';

/** A picture of the body that is a part of its own. */
export interface BodyPicture {
  readonly type: string;
  readonly octets: Uint8Array;
  /** Content-Disposition, Content-ID. */
  readonly fields: readonly string[];
  readonly name: string;
}

/** An attachment that has no place in the text ([MS-OXCMSG] 2.2.2.16): 0xFFFFFFFF, signed. */
const NOWHERE = -1;
/** Pictures that HTML shows. */
const SHOWN = /^image\/(?:png|jpe?g|gif|bmp|webp)$/;

/** Gives what stands in one text its ids: the same in every run. */
export class BodyInsertions implements RtfInsertions {
  readonly pictures: BodyPicture[] = [];
  /** Content-IDs of the attachments that the text shows. */
  readonly ids: Map<MapiAttachment, string> = new Map();
  readonly #message: MapiMessage;
  readonly #strings: StringReader;
  readonly #conversion: Conversion;
  #placed: readonly MapiAttachment[] | undefined;
  #next = 0;

  constructor(message: MapiMessage, strings: StringReader, conversion: Conversion) {
    this.#message = message;
    this.#strings = strings;
    this.#conversion = conversion;
  }

  picture({ type, octets, width, height }: RtfPicture): string {
    const number = this.pictures.length + 1;
    const name = `image${String(number).padStart(3, '0')}${type === 'image/png' ? '.png' : '.jpg'}`;
    const id = this.#idOf(`picture ${number}`, name);
    const fields = [disposition('inline', name, octets.length), `Content-ID: <${id}>`];
    this.pictures.push({ type, octets, fields, name });
    const size = `${width === undefined ? '' : ` width="${width}"`}${height === undefined ? '' : ` height="${height}"`}`;
    return `<img src="cid:${id}"${size} alt="">`;
  }

  attachment(): string {
    this.#placed ??= placedIn(this.#message);
    const attachment = this.#placed[this.#next];
    this.#next += 1;
    if (attachment === undefined) return '';
    const name = attachmentName(attachment, this.#strings) ?? `attachment-${this.#message.attachments.indexOf(attachment) + 1}`;
    if (!SHOWN.test(shownType(attachment, name))) return escapeHtml(`[${name}]`);
    const id = contentId(attachment) ?? this.#idOf(attachment.sourceId, `attachment${this.#next}`);
    this.ids.set(attachment, id);
    return `<img src="cid:${escapeHtml(id)}" alt="${escapeHtml(name)}">`;
  }

  #idOf(what: string, name: string): string {
    const { context, path } = this.#conversion;
    return `${name}.${hash('sha256', `${context.idSeed}\0${path}\0${what}`, 'hex').slice(0, 20)}@mailferry.invalid`;
  }
}

/** The media type of what an attachment shows: a picture that was pasted is an OLE object with a bitmap in it. */
function shownType(attachment: MapiAttachment, name: string): string {
  if (attachment.dataKind === 'storage') return mimeTypeOfName(oleFile(attachment, name)?.fileName ?? '');
  return attachment.dataKind === 'binary' ? mediaType(attachment, name) : '';
}

/** The attachments with a place in the text, in the order of their places. */
function placedIn(message: MapiMessage): MapiAttachment[] {
  const placed = message.attachments.map((attachment) => ({
    attachment,
    at: numberOf(attachment, Pid.PidTagRenderingPosition) ?? NOWHERE,
  }));
  const shown = placed.filter(({ at }) => at !== NOWHERE);
  return shown.sort((a, b) => (a.at >>> 0) - (b.at >>> 0)).map(({ attachment }) => attachment);
}
