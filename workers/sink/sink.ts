// Where an output file is written, piece by piece, in any order. Until commit() nothing of it can be seen; after discard() nothing
// is left of it.
import type { Report } from '../api';

export interface OutputSink {
  /** Takes `bytes` for `offset`; their buffer is the sink's from here on. A failure shows in the next room() or finish(). */
  write(offset: number, bytes: Uint8Array): void;
  /** Resolves when at most `bytes` wait to be written. Rejects when writing has failed. */
  room(bytes: number): Promise<void>;
  /** All bytes written and the file closed; its size. */
  finish(): Promise<number>;
  /** Makes the finished file visible. The report goes beside it where there is a beside. Null: there is no File object (Node). */
  commit(report: Report): Promise<File | null>;
  /** Removes what was written, or, after commit(), what only this program can see of it. Never rejects; may be called at any time. */
  discard(): Promise<void>;
}
