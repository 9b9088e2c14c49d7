// The least a medium must do to be read from a wasm worker: give ranges of bytes, synchronously.

export interface RangeReader {
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset`, inside the file. Throws an UnmixError (read_failed) that says what to do. */
  readRange(offset: number, length: number): Uint8Array;
  /** The same, straight into memory, where the medium can. */
  readInto?(offset: number, into: Uint8Array): void;
  close?(): void;
}
