// Reads a File or Blob inside a worker, where FileReaderSync exists.
import { UnmixError } from '../error';
import type { RangeReader } from '../source/range-reader';

export class BlobReader implements RangeReader {
  readonly keepBytes = 64 * 2 ** 20;
  readonly leastBytes = 64 * 2 ** 10;
  readonly name: string;
  readonly size: number;
  readonly #blob: Blob;
  readonly #reader = new FileReaderSync();

  constructor(name: string, blob: Blob) {
    this.name = name;
    this.size = blob.size;
    this.#blob = blob;
  }

  readRange(offset: number, length: number): Uint8Array {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(this.#reader.readAsArrayBuffer(this.#blob.slice(offset, offset + length)));
    } catch (error) {
      throw new UnmixError(
        'read_failed',
        `${this.name} could not be read: it was changed, moved or removed since it was opened, or the browser may not read it any more. Open it again.`,
        { cause: error },
      );
    }
    if (bytes.length !== length) {
      throw new UnmixError(
        'read_failed',
        `${this.name} became shorter while it was read (${bytes.length} of ${length} bytes at ${offset}). Open it again.`,
      );
    }
    return bytes;
  }
}
