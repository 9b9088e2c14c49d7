// Counts the bytes that are on their way to a slow medium, and remembers the first failure.

export class WriteQueue {
  readonly #put: (offset: number, bytes: Uint8Array) => Promise<ArrayBufferLike>;
  #pendingBytes = 0;
  #size = 0;
  #failure: { reason: unknown } | null = null;
  #waiters: (() => void)[] = [];

  /** Called with each buffer whose bytes are written. */
  onWritten: ((buffer: ArrayBuffer) => void) | null = null;

  /** `put` gives the buffer back. */
  constructor(put: (offset: number, bytes: Uint8Array) => Promise<ArrayBufferLike>) {
    this.#put = put;
  }

  /** One past the last byte that was given. */
  get size(): number {
    return this.#size;
  }

  write(offset: number, bytes: Uint8Array): void {
    if (this.#failure) return;
    const { length } = bytes;
    this.#size = Math.max(this.#size, offset + length);
    this.#pendingBytes += length;
    const settled = () => {
      this.#pendingBytes -= length;
      for (const wake of this.#waiters.splice(0)) wake();
    };
    this.#put(offset, bytes).then(
      (buffer) => {
        if (buffer instanceof ArrayBuffer) this.onWritten?.(buffer);
        settled();
      },
      (reason: unknown) => {
        this.#failure ??= { reason };
        settled();
      },
    );
  }

  /** Resolves when at most `bytes` are on their way; rejects when one of them has failed. */
  async room(bytes: number): Promise<void> {
    while (this.#pendingBytes > bytes && !this.#failure) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    if (this.#failure) throw this.#failure.reason;
  }

  /** Resolves when nothing is on its way any more, failed or not. */
  async quiet(): Promise<void> {
    while (this.#pendingBytes > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }
}
