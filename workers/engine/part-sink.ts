// Collects what the core writes as pieces with their places, for a writer that lives elsewhere.
import type { ByteSink } from '../../wasm/webunmix';
import type { WrittenPart } from './calls';

export class PartSink implements ByteSink {
  #parts: WrittenPart[] = [];

  write(offset: number, bytes: Uint8Array): void {
    this.#parts.push({ offset, bytes: bytes.slice() });
  }

  /** The pieces so far, in the order in which they were written; they are the caller's. */
  take(): WrittenPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}
