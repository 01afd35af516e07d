import type { Literal, LiteralKind } from '../codec/encode.js';
import type { UploadContext } from './context.js';
import type { Group } from './group.js';
import type { Lane } from './lane.js';
import type { Prepared } from './prepared.js';

/** RFC 7888 §5: what LITERAL- lets through unasked. */
const LITERAL_MINUS = 4096;

/** A message as a literal of an APPEND on one connection. */
export class AppendLiteral implements Literal {
  readonly #context: UploadContext;
  readonly #lane: Lane;
  readonly #group: Group;
  readonly #item: Prepared;

  constructor(context: UploadContext, lane: Lane, group: Group, item: Prepared) {
    this.#context = context;
    this.#lane = lane;
    this.#group = group;
    this.#item = item;
  }

  get size(): number {
    return this.#item.wire.size;
  }

  get isBinary(): boolean {
    return this.#item.isBinary;
  }

  get isShared(): boolean {
    return this.#item.isLarge;
  }

  get before(): string {
    return this.#item.before;
  }

  get framed(): Uint8Array | undefined {
    return this.#item.framed;
  }

  /** Unasked only what the server bears, and never the first use of a flag list: see docs/formats/imap.md, "hostile input". */
  get kind(): LiteralKind {
    const { wire, isLarge, isBinary, flagList } = this.#item;
    const isFree = this.#context.usesLiteralPlus ? !isLarge : wire.size <= LITERAL_MINUS && this.#lane.session.capabilities.has('LITERAL-');
    return isFree && !this.#group.isCareful && !isBinary && this.#lane.proven.has(flagList) ? 'nonSynchronising' : 'synchronising';
  }

  onAccepted(): void {
    this.#lane.proven.add(this.#item.flagList);
  }

  chunks(): Iterable<Uint8Array> {
    return this.#item.chunks();
  }
}
