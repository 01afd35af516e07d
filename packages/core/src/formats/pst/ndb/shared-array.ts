/** The first numbers of an array in memory that other threads see. */
export function sharedFloat64(from: Float64Array, count: number): Float64Array {
  return copied(from, count, new Float64Array(new SharedArrayBuffer(8 * count)));
}

/** The same for numbers of four octets. */
export function sharedUint32(from: Uint32Array, count: number): Uint32Array {
  return copied(from, count, new Uint32Array(new SharedArrayBuffer(4 * count)));
}

/** The same for numbers of two octets. */
export function sharedUint16(from: Uint16Array, count: number): Uint16Array {
  return copied(from, count, new Uint16Array(new SharedArrayBuffer(2 * count)));
}

function copied<T extends Float64Array | Uint32Array | Uint16Array>(from: T, count: number, to: T): T {
  to.set(from.subarray(0, count));
  return to;
}
