// Files in the private file system, as outputs and as stores: the page's end of the writer worker.
import { UnmixError } from '../error';
import type { FromWorker } from '../protocol';
import { Caller } from '../rpc/caller';
import type { OutputSink } from '../sink/sink';
import type { StoreFile } from '../sink/store-file';
import { WriteQueue } from '../sink/write-queue';
import type { SourceSpec } from '../source/spec';
import type { PrivateFolder } from './opfs';
import type { WriterCalls } from './writer-calls';

export class Writer {
  readonly #folder: PrivateFolder;
  readonly #worker: Worker;
  readonly #caller: Caller<WriterCalls>;
  #files = 0;

  constructor(folder: PrivateFolder) {
    this.#folder = folder;
    this.#worker = new Worker(new URL('./writer-worker.ts', import.meta.url), { type: 'module' });
    this.#caller = new Caller((message, transfer) => this.#worker.postMessage(message, transfer));
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#caller.receive(data);
    this.#worker.onerror = (event) => {
      this.#caller.close(
        new UnmixError('write_failed', `The writer stopped (${event.message}). Reload the page and run again.`),
      );
    };
  }

  /** An empty file. Rejects where files of the private file system cannot be written (no synchronous handles). */
  async create(kind: 'output' | 'store'): Promise<OpfsFile> {
    const id = ++this.#files;
    const name = `${kind}-${id}`;
    const handle = await this.#folder.createFile(name);
    try {
      await this.#caller.call('open', { id, handle });
    } catch (error) {
      await this.#folder.removeFile(name);
      throw error;
    }
    return new OpfsFile(this.#caller, this.#folder, handle, id);
  }

  close(): void {
    this.#worker.terminate();
    this.#caller.close(new UnmixError('cancelled', 'The program was closed.'));
  }
}

/** A file that is written, then read, then removed. */
export class OpfsFile {
  readonly #caller: Caller<WriterCalls>;
  readonly #folder: PrivateFolder;
  readonly #handle: FileSystemFileHandle;
  readonly #id: number;
  readonly queue: WriteQueue;

  constructor(caller: Caller<WriterCalls>, folder: PrivateFolder, handle: FileSystemFileHandle, id: number) {
    this.#caller = caller;
    this.#folder = folder;
    this.#handle = handle;
    this.#id = id;
    this.queue = new WriteQueue((offset, bytes) =>
      caller.call('write', { id, offset, bytes }, { transfer: bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [] }),
    );
  }

  async finish(): Promise<void> {
    await this.queue.room(0);
    await this.#caller.call('finish', { id: this.#id });
  }

  file(): Promise<File> {
    return this.#handle.getFile();
  }

  async remove(): Promise<void> {
    await this.#caller.call('abandon', { id: this.#id }).catch(() => {});
    await this.#folder.removeFile(this.#handle.name);
  }
}

export class OpfsSink implements OutputSink {
  readonly #name: string;
  readonly #file: OpfsFile;

  constructor(name: string, file: OpfsFile) {
    this.#name = name;
    this.#file = file;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#file.queue.write(offset, bytes);
  }

  room(bytes: number): Promise<void> {
    return this.#file.queue.room(bytes);
  }

  async finish(): Promise<number> {
    await this.#file.finish();
    return this.#file.queue.size;
  }

  async commit(): Promise<File> {
    return new File([await this.#file.file()], this.#name, { type: 'image/tiff' });
  }

  discard(): Promise<void> {
    return this.#file.remove();
  }
}

/** How much of a store may be on its way to the disk. */
const storeQueueBytes = 48 * 2 ** 20;

export class OpfsStore implements StoreFile {
  readonly #file: OpfsFile;

  constructor(file: OpfsFile) {
    this.#file = file;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#file.queue.write(this.#file.queue.size, bytes);
    await this.#file.queue.room(storeQueueBytes);
  }

  async source(): Promise<SourceSpec> {
    await this.#file.finish();
    const blob = await this.#file.file();
    return { kind: 'blob', name: 'what was read once', size: blob.size, blob };
  }

  drop(): Promise<void> {
    return this.#file.remove();
  }
}
