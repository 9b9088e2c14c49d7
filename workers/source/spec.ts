// What a worker needs to read a file's bytes: can be sent to any worker, any number of times.

export type SourceSpec =
  /** A File or Blob of the browser, OPFS files included. */
  | { kind: 'blob'; name: string; size: number; blob: Blob }
  /** A file on a server that answers Range requests. `modified` is its Last-Modified, when it says one. */
  | { kind: 'url'; name: string; size: number; url: string; modified: string | null }
  /** A file of the machine Node runs on, and how it looked when it was opened. */
  | { kind: 'path'; name: string; size: number; path: string; identity: FileIdentity }
  /** Memory that all worker threads of Node see. */
  | { kind: 'shared'; name: string; size: number; buffer: SharedArrayBuffer };

/** Tells that a path still means the same unchanged file. */
export interface FileIdentity {
  device: number;
  inode: number;
  modifiedMs: number;
}
