// Turns the reads of a TIFF decoder, strip by strip, into few calls to the medium.
//
// A slice of a browser's file costs about a millisecond whatever its size, a Range request a round trip. Strips of a box lie side by
// side, boxes do not: reads come in runs. So when a run begins, as much is read as the last run of large reads was long, and when it
// goes on for longer, twice as much each time. Small reads here and there (directories) stay small. What was read is kept while there
// is room: a fit reads the same planes again, and so does the output.
import type { ByteSource } from '../../wasm/webunmix';
import { UnmixError } from '../error';
import type { RangeReader } from './range-reader';

/** The most that is read without being asked for. */
const mostAhead = 4 * 2 ** 20;
/** A read of this size belongs to the pixels of a box, not to a directory. */
const largeBytes = 64 * 2 ** 10;
/** A run goes on across gaps of this size: a directory between two planes. */
const gapBytes = 64 * 2 ** 10;

interface Chunk {
  begin: number;
  bytes: Uint8Array;
}

export class ReadAheadSource implements ByteSource {
  readonly #reader: RangeReader;
  /** Least recently used first. */
  #chunks: Chunk[] = [];
  #keptBytes = 0;
  #run = { begin: 0, end: -1, large: false };
  /** Length of the last run of large reads. */
  #usualRun = 0;
  /** What the next call of a run that goes on reads at least. */
  #ahead: number;

  constructor(reader: RangeReader) {
    this.#reader = reader;
    this.#ahead = reader.leastBytes;
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
    this.#follow(offset, into.length);
    let done = 0;
    while (done < into.length) {
      const at = offset + done;
      if (this.#reader.readInto && into.length - done >= largeBytes) {
        this.#reader.readInto(at, into.subarray(done));
        return;
      }
      const { begin, bytes } = this.#keptAt(at) ?? this.#load(at, into.length - done);
      const part = bytes.subarray(at - begin, at - begin + into.length - done);
      into.set(part, done);
      done += part.length;
    }
  }

  close(): void {
    this.#chunks = [];
    this.#keptBytes = 0;
    this.#reader.close?.();
  }

  #follow(offset: number, length: number): void {
    const run = this.#run;
    if (offset < run.begin || offset > run.end + gapBytes) {
      if (run.large) this.#usualRun = run.end - run.begin;
      this.#run = { begin: offset, end: offset + length, large: length >= largeBytes };
      this.#ahead = this.#reader.leastBytes;
      return;
    }
    run.end = Math.max(run.end, offset + length);
    run.large ||= length >= largeBytes;
  }

  #load(at: number, needed: number): Chunk {
    const restOfRun = needed >= largeBytes ? this.#run.begin + this.#usualRun - at : 0;
    const wanted = Math.max(needed, Math.min(mostAhead, Math.max(this.#ahead, restOfRun)));
    this.#ahead = Math.min(mostAhead, this.#ahead * 2);
    // Up to the end of the file, or to what is there already.
    let end = Math.min(this.size, at + wanted);
    for (const { begin } of this.#chunks) if (begin > at && begin < end) end = begin;
    const chunk = { begin: at, bytes: this.#reader.readRange(at, end - at) };
    this.#keep(chunk);
    return chunk;
  }

  #keptAt(at: number): Chunk | undefined {
    const index = this.#chunks.findLastIndex(({ begin, bytes }) => at >= begin && at < begin + bytes.length);
    const [chunk] = index < 0 ? [] : this.#chunks.splice(index, 1);
    if (chunk) this.#chunks.push(chunk);
    return chunk;
  }

  #keep(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#keptBytes += chunk.bytes.length;
    // The newest is kept in any case: the next read begins in it.
    while (this.#keptBytes > this.#reader.keepBytes && this.#chunks.length > 1) {
      this.#keptBytes -= this.#chunks.shift()?.bytes.length ?? 0;
    }
  }
}
