// What the hash worker does: SHA-256 of files whose bytes come in pieces, several files at a time.

export interface HashCalls {
  /** Of a whole file, by the browser's own digest. */
  whole(args: { blob: Blob }): Promise<string>;
  update(args: { id: number; blob: Blob }): Promise<void>;
  finish(args: { id: number }): string;
  close(args: { id: number }): void;
}
