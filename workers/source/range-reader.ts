// The least a medium must do to be read from a wasm worker: give ranges of bytes, synchronously.

export interface RangeReader {
  readonly name: string;
  readonly size: number;
  /** How much of what was read is worth keeping, because reading it again would cost more than a copy. */
  readonly keepBytes: number;
  /** Below this a call costs about the same whatever its length. */
  readonly leastBytes: number;
  /** Exactly `length` bytes from `offset`, inside the file. Throws an UnmixError (read_failed) that says what to do. */
  readRange(offset: number, length: number): Uint8Array;
  /** The same, straight to where the bytes are wanted, of media from which nothing needs to be kept. */
  readInto?(offset: number, into: Uint8Array): void;
  close?(): void;
}
