// Memory for what is copied out of wasm, used again: encoded strips leave for the writer and their buffers come back from it. Touching
// fresh memory costs several times as much as the copy.

/** Sizes of compressed strips differ a little: buffers are this much coarser, so that one fits the next. */
const granule = 64 * 2 ** 10;

export class SpareBuffers {
  #spare: ArrayBuffer[] = [];

  add(buffers: readonly ArrayBuffer[]): void {
    this.#spare.push(...buffers);
  }

  clear(): void {
    this.#spare = [];
  }

  /** Exactly `bytes`, in a buffer that may be larger. What is in it is not zero. */
  take(bytes: number): Uint8Array {
    if (bytes < granule) return new Uint8Array(bytes);
    const index = this.#spare.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    return new Uint8Array(spare ?? new ArrayBuffer(Math.ceil(bytes / granule) * granule), 0, bytes);
  }
}
