// What the writer worker does: it alone may hold synchronous handles of files in the private file system.

export interface WriterCalls {
  open(args: { id: number; handle: FileSystemFileHandle }): Promise<void>;
  /** Gives the buffer back. */
  write(args: { id: number; offset: number; bytes: Uint8Array }): ArrayBufferLike;
  /** Everything written, the handle closed. */
  finish(args: { id: number }): void;
  abandon(args: { id: number }): void;
}
