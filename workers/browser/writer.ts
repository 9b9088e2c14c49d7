// Files in the private file system, as outputs and as stores: the page's end of the writer worker.
import { UnmixError } from '../error';
import type { FromWorker } from '../protocol';
import { Caller } from '../rpc/caller';
import type { OutputSink, RunOutput } from '../sink/sink';
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
  #usable: Promise<boolean> | null = null;

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

  /** Whether files can be written here: an old browser may have the private file system, but no synchronous handles. */
  get usable(): Promise<boolean> {
    this.#usable ??= this.create('output').then(
      (probe) => probe.remove().then(() => true),
      () => false,
    );
    return this.#usable;
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
export class OpfsFile implements OutputSink {
  readonly #caller: Caller<WriterCalls>;
  readonly #folder: PrivateFolder;
  readonly #handle: FileSystemFileHandle;
  readonly #id: number;
  readonly #queue: WriteQueue;

  constructor(caller: Caller<WriterCalls>, folder: PrivateFolder, handle: FileSystemFileHandle, id: number) {
    this.#caller = caller;
    this.#folder = folder;
    this.#handle = handle;
    this.#id = id;
    this.#queue = new WriteQueue((offset, bytes) =>
      caller.call('write', { id, offset, bytes }, { transfer: bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [] }),
    );
  }

  get size(): number {
    return this.#queue.size;
  }

  set onWritten(onWritten: OutputSink['onWritten']) {
    this.#queue.onWritten = onWritten;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#queue.write(offset, bytes);
  }

  room(bytes: number): Promise<void> {
    return this.#queue.room(bytes);
  }

  async finish(): Promise<void> {
    await this.#queue.room(0);
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

/** The output files of a run. They stay in the private file system as long as somebody may read them. */
export class OpfsOutput implements RunOutput {
  readonly #writer: Writer;
  readonly #files: { name: string; file: OpfsFile }[] = [];

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  async create(name: string): Promise<OutputSink> {
    const file = await this.#writer.create('output');
    this.#files.push({ name, file });
    return file;
  }

  commit(): Promise<File[]> {
    return Promise.all(this.#files.map(async ({ name, file }) => new File([await file.file()], name, { type: 'image/tiff' })));
  }

  async discard(): Promise<void> {
    await Promise.all(this.#files.splice(0).map(({ file }) => file.remove()));
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
    this.#file.write(this.#file.size, bytes);
    await this.#file.room(storeQueueBytes);
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
