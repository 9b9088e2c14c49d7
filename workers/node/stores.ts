// Stores in Node: memory that the worker threads share, or a temporary file.
import { type FileHandle, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreFile } from '../sink/store-file';
import type { SourceSpec } from '../source/spec';
import { identityOf } from './path-reader';
import { createBeside, remove } from './temporary-files';
import { writeError } from './write-errors';

const storeName = 'what was read once';

export class SharedStore implements StoreFile {
  readonly #buffer: SharedArrayBuffer;
  #size = 0;

  constructor(bytes: number) {
    this.#buffer = new SharedArrayBuffer(bytes);
  }

  async append(bytes: Uint8Array): Promise<void> {
    new Uint8Array(this.#buffer).set(bytes, this.#size);
    this.#size += bytes.length;
  }

  async source(): Promise<SourceSpec> {
    return { kind: 'shared', name: storeName, size: this.#size, buffer: this.#buffer };
  }

  async drop(): Promise<void> {}
}

export class FileStore implements StoreFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  #size = 0;
  #open = true;

  private constructor(folder: string, path: string, handle: FileHandle) {
    this.#folder = folder;
    this.#path = path;
    this.#handle = handle;
  }

  static async create(): Promise<FileStore> {
    try {
      const folder = await mkdtemp(join(tmpdir(), 'webunmix-'));
      const { path, handle } = await createBeside(join(folder, 'store'));
      return new FileStore(folder, path, handle);
    } catch (error) {
      throw writeError(join(tmpdir(), 'store'), error);
    }
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle.writeFile(bytes);
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#size += bytes.length;
  }

  async source(): Promise<SourceSpec> {
    await this.#close();
    return { kind: 'path', name: storeName, path: this.#path, ...identityOf(this.#path) };
  }

  async drop(): Promise<void> {
    await this.#close();
    await remove(this.#path);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }
}
