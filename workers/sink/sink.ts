// Where the output files of a run are written, piece by piece, in any order. Until commit() nothing of them can be seen; after
// discard() nothing is left of them.
import type { Report } from '../api';

/** One file. */
export interface OutputSink {
  /** Takes `bytes` for `offset`; their buffer is the sink's until onWritten. A failure shows in the next room() or finish(). */
  write(offset: number, bytes: Uint8Array): void;
  /** Called with each buffer that is not needed any more. */
  onWritten: ((buffer: ArrayBuffer) => void) | null;
  /** Resolves when at most `bytes` wait to be written. Rejects when writing has failed. */
  room(bytes: number): Promise<void>;
  /** All bytes written and the file closed. */
  finish(): Promise<void>;
}

/** All files of a run: one for each main input. */
export interface RunOutput {
  /** A new file. */
  create(name: string): Promise<OutputSink>;
  /** Makes the finished files visible, in the order in which they were created. The report goes beside them where there is a
   * beside. No File objects in Node. */
  commit(report: Report): Promise<File[]>;
  /** Removes what was written, or, after commit(), what only this program can see of it. Never rejects; may be called at any time. */
  discard(): Promise<void>;
}

/** The name of file `i` of `count`: "out.ome.tif" becomes "out-2.ome.tif" when there are several. */
export function nameOfOutput(name: string, i: number, count: number): string {
  if (count === 1) return name;
  const [, stem = name, extension = ''] = /^(.*?)((?:\.ome)?\.tiff?)?$/i.exec(name) ?? [];
  return `${stem}-${i + 1}${extension}`;
}
