import { eachCrlfSlice, type Message } from '@mailferry/core';

const BLOCK = 1 << 20;
/** Blocks that are kept to be filled again. */
const MOST_FREE = 16;

interface Block {
  readonly bytes: Buffer;
  filled: number;
  /** Messages in it that are not delivered yet. */
  messages: number;
}

/** The octets of messages on their way, in blocks that are filled again: memory of its own for each message keeps the garbage collector busy. */
export class WireBlocks {
  readonly #blocks = new Map<Message, Block>();
  readonly #free: Block[] = [];
  #current: Block = newBlock(BLOCK);

  /**
   * Puts `head` (one character an octet) and the CRLF form of a message, `size` octets, into a block; gives both in one piece, valid until
   * {@link WireBlocks.release}.
   */
  put(message: Message, head: string, parts: Iterable<Uint8Array>, size: number): Uint8Array {
    const block = this.#room(head.length + size);
    const start = block.filled;
    const end = start + head.length + size;
    block.bytes.write(head, start, 'latin1');
    block.filled += head.length;
    eachCrlfSlice(parts, (slice) => {
      if (block.filled + slice.length > end) throw new Error(`a message announced as ${size} octets has more`);
      block.bytes.set(slice, block.filled);
      block.filled += slice.length;
    });
    if (block.filled < end) throw new Error(`a message announced as ${size} octets has less`);
    block.messages++;
    this.#blocks.set(message, block);
    return block.bytes.subarray(start, end);
  }

  /** The octets of this message are needed no longer. */
  release(message: Message): void {
    const block = this.#blocks.get(message);
    if (block === undefined) return;
    this.#blocks.delete(message);
    block.messages--;
    if (block.messages > 0) return;
    block.filled = 0;
    if (block !== this.#current && block.bytes.length === BLOCK && this.#free.length < MOST_FREE) this.#free.push(block);
  }

  #room(size: number): Block {
    if (this.#current.bytes.length - this.#current.filled >= size) return this.#current;
    this.#current = size > BLOCK ? newBlock(size) : (this.#free.pop() ?? newBlock(BLOCK));
    return this.#current;
  }
}

function newBlock(size: number): Block {
  return { bytes: Buffer.allocUnsafeSlow(size), filled: 0, messages: 0 };
}
