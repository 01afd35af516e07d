/** Small copies are cut from one piece of memory: an ArrayBuffer of its own costs more than what is done with a small copy. */
const SLAB = 64 * 1024;
let slab: ArrayBufferLike = new ArrayBuffer(0);
/** More than fits: there is none yet, not even for no octets. */
let used = SLAB + 1;

/** Memory that nobody else has; what is in it is anything. */
export function room(length: number): Uint8Array {
  if (length > SLAB / 4) return Buffer.allocUnsafeSlow(length);
  if (used + length > SLAB) {
    slab = Buffer.allocUnsafeSlow(SLAB).buffer;
    used = 0;
  }
  const own = new Uint8Array(slab, used, length);
  used += (length + 7) & ~7;
  return own;
}
