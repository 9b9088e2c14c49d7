// A store in memory: small ones, and large ones where there is no other place.
import type { SourceSpec } from '../source/spec';
import type { StoreFile } from './store-file';

export class MemoryStore implements StoreFile {
  #parts: Blob[] = [];

  async append(bytes: Uint8Array): Promise<void> {
    this.#parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  }

  async source(): Promise<SourceSpec> {
    const blob = new Blob(this.#parts);
    return { kind: 'blob', name: 'what was read once', size: blob.size, blob };
  }

  async drop(): Promise<void> {
    this.#parts = [];
  }
}
