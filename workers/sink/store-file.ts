// Where the input of a step is kept while it is needed again and again: appended to, then read by all workers, then dropped.
import type { SourceSpec } from '../source/spec';

export interface StoreFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Everything appended, for reading. */
  source(): Promise<SourceSpec>;
  drop(): Promise<void>;
}

/** A store up to this size is kept in memory. */
export const memoryStoreBytes = 256 * 2 ** 20;
