// SHA-256 of a local file, by Node's own crypto.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { UnmixError } from '../error';
import { type Digest, InputHash } from '../hash/input-hash';

export function hashFile({ path, name, size }: { path: string; name: string; size: number }): InputHash {
  return new InputHash(size, new FileDigest(path, name));
}

class FileDigest implements Digest {
  readonly #path: string;
  readonly #name: string;
  readonly #hash = createHash('sha256');
  #handle: FileHandle | null = null;
  #buffer = new Uint8Array(0);

  constructor(path: string, name: string) {
    this.#path = path;
    this.#name = name;
  }

  async update(from: number, to: number): Promise<void> {
    try {
      this.#handle ??= await open(this.#path, 'r');
      if (this.#buffer.length < to - from) this.#buffer = new Uint8Array(to - from);
      let at = from;
      while (at < to) {
        const { bytesRead } = await this.#handle.read(this.#buffer, 0, to - at, at);
        if (bytesRead === 0) throw new Error('it became shorter');
        this.#hash.update(this.#buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
    } catch (error) {
      throw new UnmixError(
        'read_failed',
        `${this.#name} could not be read to its end for its checksum (${(error as Error).message}). Open it again.`,
        { cause: error },
      );
    }
  }

  async finish(): Promise<string> {
    return this.#hash.digest('hex');
  }

  close(): void {
    void this.#handle?.close().catch(() => {});
  }
}
