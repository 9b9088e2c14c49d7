// Reads a local file inside a worker thread of Node.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { UnmixError } from '../error';
import type { RangeReader } from '../source/range-reader';
import type { FileIdentity } from '../source/spec';

export class PathReader implements RangeReader {
  /** Little: the system keeps what was read. */
  readonly keepBytes = 4 * 2 ** 20;
  readonly leastBytes = 64 * 2 ** 10;
  readonly name: string;
  readonly size: number;
  readonly #identity: FileIdentity;
  readonly #descriptor: number;

  constructor(spec: { name: string; size: number; path: string; identity: FileIdentity }) {
    this.name = spec.name;
    this.size = spec.size;
    this.#identity = spec.identity;
    try {
      this.#descriptor = openSync(spec.path, 'r');
    } catch (error) {
      throw this.#failed(`could not be opened (${(error as NodeJS.ErrnoException).code})`, error);
    }
    try {
      this.#checkUnchanged();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  readRange(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.readInto(offset, bytes);
    return bytes;
  }

  readInto(offset: number, into: Uint8Array): void {
    let done = 0;
    while (done < into.length) {
      let got: number;
      try {
        got = readSync(this.#descriptor, into, done, into.length - done, offset + done);
      } catch (error) {
        throw this.#failed(`could not be read at byte ${offset + done} (${(error as NodeJS.ErrnoException).code})`, error);
      }
      if (got === 0) throw this.#failed('became shorter while it was read');
      done += got;
    }
    this.#checkUnchanged();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #checkUnchanged(): void {
    const { dev, ino, mtimeMs, size } = fstatSync(this.#descriptor);
    const { device, inode, modifiedMs } = this.#identity;
    if (dev !== device || ino !== inode || mtimeMs !== modifiedMs || size !== this.size) {
      throw this.#failed('was changed or replaced after it was opened');
    }
  }

  #failed(why: string, cause?: unknown): UnmixError {
    return new UnmixError('read_failed', `${this.name} ${why}.`, { cause });
  }
}

/** How a file looks now. Throws as the file system does. */
export function identityOf(path: string): { size: number; identity: FileIdentity } {
  const { dev, ino, mtimeMs, size } = statSync(path);
  return { size, identity: { device: dev, inode: ino, modifiedMs: mtimeMs } };
}
