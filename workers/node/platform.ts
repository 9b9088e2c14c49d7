// Node behind the platform interface: worker threads, local files, shared memory.
import { accessSync, constants, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import type { RunOptions } from '../api';
import { UnmixError } from '../error';
import type { InputHash } from '../hash/input-hash';
import type { Platform, WorkerEvents, WorkerPort } from '../platform';
import { fileOf } from '../sink/memory-sink';
import type { RunOutput } from '../sink/sink';
import { memoryStoreBytes, type StoreFile } from '../sink/store-file';
import type { SourceSpec } from '../source/spec';
import { hashFile } from './file-hash';
import { FileOutput } from './file-sink';
import { identityOf, PathReader } from './path-reader';
import { startEngine } from './start-engine';
import { FileStore, SharedStore } from './stores';

/** Where the parts of the program that are files of their own lie: beside the script, unless a test says otherwise. */
export interface ProgramFiles {
  engineWorker: URL;
  wasm: URL;
}

export class NodePlatform implements Platform {
  readonly runtime = `Node.js ${process.versions.node}`;
  readonly processors = availableParallelism();
  readonly #files: ProgramFiles;

  constructor(files: ProgramFiles) {
    this.#files = files;
  }

  async compileModule(): Promise<WebAssembly.Module> {
    try {
      return await WebAssembly.compile(await readFile(this.#files.wasm));
    } catch (error) {
      throw new UnmixError('internal', 'The program is not complete (webunmix.wasm). Install it again.', { cause: error });
    }
  }

  startEngine(events: WorkerEvents): WorkerPort {
    return startEngine(this.#files.engineWorker, events);
  }

  async describe(input: File | string): Promise<SourceSpec> {
    if (typeof input !== 'string') throw new UnmixError('read_failed', 'In Node an input is a path, not a File.');
    const path = resolve(input);
    const name = basename(path);
    try {
      const file = statSync(path);
      // A pipe or a terminal cannot be read at any place, and opening one may wait for ever.
      if (!file.isFile()) {
        const what = file.isDirectory() ? 'a folder' : 'a pipe or a device';
        throw new UnmixError('read_failed', `${input} is ${what}, not a file: name a file.`);
      }
      accessSync(path, constants.R_OK);
      return { kind: 'path', name, path, ...identityOf(path) };
    } catch (error) {
      if (error instanceof UnmixError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'you may not read it' : String(code);
      throw new UnmixError('read_failed', `${input} could not be opened: ${why}.`, { cause: error });
    }
  }

  async read(source: SourceSpec, begin: number, end: number): Promise<Uint8Array> {
    if (source.kind !== 'path') throw new UnmixError('read_failed', `${source.name} is no file of this machine.`);
    const reader = new PathReader(source);
    try {
      return reader.readRange(begin, end - begin);
    } finally {
      reader.close();
    }
  }

  keep(name: string, bytes: Uint8Array<ArrayBuffer>): SourceSpec {
    const buffer = new SharedArrayBuffer(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return { kind: 'shared', name, size: bytes.length, buffer };
  }

  hash(source: SourceSpec): InputHash | null {
    return source.kind === 'path' ? hashFile(source) : null;
  }

  async openOutput({ sink }: RunOptions): Promise<RunOutput> {
    if (typeof sink !== 'object') throw new UnmixError('write_failed', 'In Node the output is a path.');
    return new FileOutput(sink);
  }

  async openStore(bytes: number): Promise<StoreFile> {
    return bytes <= memoryStoreBytes ? new SharedStore(bytes) : FileStore.create();
  }

  async warnings(): Promise<string[]> {
    return [];
  }

  makeFile(name: string, parts: { offset: number; bytes: Uint8Array }[]): File {
    return fileOf(
      name,
      parts.map(({ offset, bytes }) => ({ offset, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) })),
    );
  }

  async close(): Promise<void> {}
}
