// Reads memory that several worker threads share (Node).
import type { RangeReader } from './range-reader';

export class SharedReader implements RangeReader {
  readonly keepBytes = 0;
  readonly leastBytes = 0;
  readonly name: string;
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(name: string, size: number, buffer: SharedArrayBuffer) {
    this.name = name;
    this.size = size;
    this.#bytes = new Uint8Array(buffer);
  }

  readRange(offset: number, length: number): Uint8Array {
    return this.#bytes.subarray(offset, offset + length);
  }
}
