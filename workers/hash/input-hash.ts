// The SHA-256 of an input, for the report: begun when the file is opened, in the time nobody needs, and awaited when the report is
// written. Chunk by chunk, so that it can pause while a job runs.
import { UnmixError } from '../error';

/** Takes a file's bytes in order. */
export interface Digest {
  update(from: number, to: number): Promise<void>;
  finish(): Promise<string>;
  close(): void;
}

/** What is hashed at once: a pause begins after it. */
const usualChunkBytes = 8 * 2 ** 20;

export class InputHash {
  readonly #size: number;
  readonly #digest: Digest;
  readonly #chunkBytes: number;
  #done = 0;
  #finished = false;
  #pauses = 0;
  #wanted = false;
  #stopped = false;
  #wake: (() => void) | null = null;
  #onProgress: ((fraction: number) => void) | undefined;
  readonly #result: Promise<string>;

  constructor(size: number, digest: Digest, chunkBytes = usualChunkBytes) {
    this.#size = size;
    this.#digest = digest;
    this.#chunkBytes = chunkBytes;
    this.#result = this.#run();
    // Whoever awaits result() hears of a failure; until then it is nobody's.
    this.#result.catch(() => {});
  }

  /** Whether result() has nothing left to wait for. */
  get finished(): boolean {
    return this.#finished;
  }

  /** A job begins. */
  pause(): void {
    this.#pauses += 1;
  }

  /** The job has ended. */
  resume(): void {
    this.#pauses -= 1;
    this.#wake?.();
  }

  /** The hash as 64 hexadecimal digits. From now on nothing is waited for. */
  result(onProgress?: (fraction: number) => void): Promise<string> {
    this.#wanted = true;
    this.#onProgress = onProgress;
    this.#wake?.();
    return this.#result;
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async #run(): Promise<string> {
    try {
      do {
        while (this.#pauses > 0 && !this.#wanted && !this.#stopped) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
        if (this.#stopped) throw new UnmixError('cancelled', 'The input was closed.');
        const to = Math.min(this.#size, this.#done + this.#chunkBytes);
        await this.#digest.update(this.#done, to);
        this.#done = to;
        if (this.#wanted) this.#onProgress?.(this.#size > 0 ? this.#done / this.#size : 1);
      } while (this.#done < this.#size);
      return await this.#digest.finish();
    } finally {
      this.#finished = true;
      this.#digest.close();
    }
  }
}
