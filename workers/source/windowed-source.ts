// Turns the many small reads of a TIFF decoder into few large ones.
//
// A slice of a browser's file costs 0.7 to 1.6 ms whatever its size, a Range request a round trip, and decoders ask for a few
// kilobytes at a time. So bytes are read in aligned windows of 4 MiB, a few of which are kept. A window that follows the last one is
// read together with its successors, as a file read from front to end asks for them next. Large reads bypass the windows.
import type { ByteSource } from '../../wasm/webunmix';
import { UnmixError } from '../error';
import type { RangeReader } from './range-reader';

const windowBytes = 4 * 2 ** 20;
const windowsKept = 4;
/** Windows read at once when reading goes forward. */
const windowsAhead = 2;
/** From here on a read goes straight to the medium: the cost of a call is then less than that of bytes read in vain. */
const straightBytes = 2 ** 20;

export class WindowedSource implements ByteSource {
  readonly #reader: RangeReader;
  /** Window number to bytes, least recently used first. */
  readonly #windows = new Map<number, Uint8Array>();
  #lastMissed = -2;

  constructor(reader: RangeReader) {
    this.#reader = reader;
  }

  get size(): number {
    return this.#reader.size;
  }

  get name(): string {
    return this.#reader.name;
  }

  read(offset: number, into: Uint8Array): void {
    if (offset < 0 || offset + into.length > this.size) {
      throw new UnmixError(
        'bad_file',
        `${this.name} ends after ${this.size} bytes, but bytes ${offset} to ${offset + into.length} were asked for.`,
      );
    }
    let done = 0;
    while (done < into.length) {
      const at = offset + done;
      const index = Math.floor(at / windowBytes);
      const kept = this.#windows.get(index);
      const rest = into.subarray(done);
      if (!kept && rest.length >= straightBytes) {
        // Up to the next window that is kept, if any.
        let end = (index + 1) * windowBytes;
        while (end < at + rest.length && !this.#windows.has(end / windowBytes)) end += windowBytes;
        const part = rest.subarray(0, Math.min(rest.length, end - at));
        this.#readStraight(at, part);
        done += part.length;
        continue;
      }
      const window = kept ?? this.#load(index);
      if (kept) this.#touch(index, kept);
      const from = at - index * windowBytes;
      const part = window.subarray(from, from + rest.length);
      rest.set(part);
      done += part.length;
    }
  }

  close(): void {
    this.#windows.clear();
    this.#reader.close?.();
  }

  #readStraight(offset: number, into: Uint8Array): void {
    if (this.#reader.readInto) this.#reader.readInto(offset, into);
    else into.set(this.#reader.readRange(offset, into.length));
  }

  #load(index: number): Uint8Array {
    const forward = index === this.#lastMissed + 1;
    let count = 1;
    while (forward && count < windowsAhead && (index + count) * windowBytes < this.size && !this.#windows.has(index + count)) {
      count += 1;
    }
    const start = index * windowBytes;
    const bytes = this.#reader.readRange(start, Math.min(count * windowBytes, this.size - start));
    this.#lastMissed = index + count - 1;
    for (let i = count - 1; i >= 0; i -= 1) {
      this.#touch(index + i, bytes.subarray(i * windowBytes, (i + 1) * windowBytes));
    }
    return bytes.subarray(0, windowBytes);
  }

  #touch(index: number, window: Uint8Array): void {
    this.#windows.delete(index);
    this.#windows.set(index, window);
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= windowsKept) break;
      this.#windows.delete(oldest);
    }
  }
}
