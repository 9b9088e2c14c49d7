// What differs between a browser and Node, in one interface: starting workers, reading files, keeping bytes, hashing.
import type { RunOptions } from './api';
import type { InputHash } from './hash/input-hash';
import type { FromWorker, ToWorker } from './protocol';
import type { RunOutput } from './sink/sink';
import type { StoreFile } from './sink/store-file';
import type { SourceSpec } from './source/spec';

export interface WorkerEvents {
  message(message: FromWorker): void;
  /** The worker stopped by itself; nothing comes after. */
  death(reason: string): void;
}

export interface WorkerPort {
  post(message: ToWorker, transfer: Transferable[]): void;
  /** Stops the worker at once, whatever it does. No `death` follows. */
  terminate(): void;
}

export interface Platform {
  /** "Node.js 20.20.2", "Chrome 140": for the report. */
  readonly runtime: string;
  readonly processors: number;
  /** The wasm module, compiled once for all workers. */
  compileModule(): Promise<WebAssembly.Module>;
  startEngine(events: WorkerEvents): WorkerPort;
  /** Finds out how an input can be read. Rejects with read_failed. */
  describe(input: File | string): Promise<SourceSpec>;
  /** Bytes of a file that fits into memory, outside the workers. Rejects with read_failed. */
  read(source: SourceSpec, begin: number, end: number): Promise<Uint8Array>;
  /** Bytes as an input that any worker can open. */
  keep(name: string, bytes: Uint8Array<ArrayBuffer>): SourceSpec;
  /** Null where hashing would mean fetching what was not asked for. */
  hash(source: SourceSpec): InputHash | null;
  openOutput(options: RunOptions): Promise<RunOutput>;
  openStore(bytes: number): Promise<StoreFile>;
  /** What a person should know before a result of so many bytes is made; empty when all is well. */
  warnings(outputBytes: number): Promise<string[]>;
  /** Puts pieces together as a file. */
  makeFile(name: string, parts: { offset: number; bytes: Uint8Array }[]): File;
  close(): Promise<void>;
}
