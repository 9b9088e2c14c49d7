// The browser behind the platform interface: module workers, Files and links, the private file system with memory as the other path.
import wasmUrl from '#webunmix.wasm?url';
import type { RunOptions } from '../api';
import { UnmixError } from '../error';
import type { InputHash } from '../hash/input-hash';
import type { Platform } from '../platform';
import { fileOf, MemoryOutput } from '../sink/memory-sink';
import { MemoryStore } from '../sink/memory-store';
import type { RunOutput } from '../sink/sink';
import { memoryStoreBytes, type StoreFile } from '../sink/store-file';
import type { SourceSpec } from '../source/spec';
import { Hasher } from './hasher';
import { PrivateFolder } from './opfs';
import { describeUrl } from './remote-file';
import { startEngine } from './start-engine';
import { OpfsOutput, OpfsStore, Writer } from './writer';

/** A result in memory beyond this may be more than the browser gives a page. */
const largeInMemory = 2 ** 30;

export class BrowserPlatform implements Platform {
  readonly runtime = browserName(navigator.userAgent);
  readonly processors = navigator.hardwareConcurrency || 2;
  readonly startEngine = startEngine;
  readonly #hasher = new Hasher();
  readonly #folder = PrivateFolder.open();
  #writer: Promise<Writer | null> | null = null;

  async compileModule(): Promise<WebAssembly.Module> {
    try {
      const response = await fetch(wasmUrl);
      if (!response.ok) throw new Error(`${wasmUrl} was answered with status ${response.status}`);
      // A server that calls .wasm something else still serves the right bytes.
      if (response.headers.get('Content-Type')?.startsWith('application/wasm'))
        return await WebAssembly.compileStreaming(response);
      return await WebAssembly.compile(await response.arrayBuffer());
    } catch (error) {
      throw new UnmixError('internal', 'The program could not be loaded. Check the connection and reload the page.', {
        cause: error,
      });
    }
  }

  async describe(input: File | string): Promise<SourceSpec> {
    // There will be something to write: the writer starts meanwhile.
    void this.#usableWriter();
    if (typeof input === 'string') return describeUrl(input);
    return { kind: 'blob', name: input.name, size: input.size, blob: input };
  }

  async read(source: SourceSpec, begin: number, end: number): Promise<Uint8Array> {
    try {
      if (source.kind === 'blob') return new Uint8Array(await source.blob.slice(begin, end).arrayBuffer());
      if (source.kind !== 'url') throw new Error(`a browser reads no ${source.kind}`);
      const response = await fetch(source.url, { headers: { Range: `bytes=${begin}-${end - 1}` } });
      if (response.status !== 206) throw new Error(`the server answered with status ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new UnmixError('read_failed', `${source.name} could not be read: ${(error as Error).message}.`, { cause: error });
    }
  }

  keep(name: string, bytes: Uint8Array<ArrayBuffer>): SourceSpec {
    return { kind: 'blob', name, size: bytes.length, blob: new Blob([bytes]) };
  }

  hash(source: SourceSpec): InputHash | null {
    return source.kind === 'blob' ? this.#hasher.hash(source.blob) : null;
  }

  async openOutput({ sink = 'auto' }: RunOptions): Promise<RunOutput> {
    if (typeof sink === 'object') throw new UnmixError('write_failed', 'A browser writes to no path. Leave out the sink.');
    const writer = sink === 'memory' ? null : await this.#usableWriter();
    if (writer) return new OpfsOutput(writer);
    if (sink === 'opfs') throw new UnmixError('write_failed', 'This browser gives the page no private file system (OPFS).');
    return new MemoryOutput();
  }

  async openStore(bytes: number): Promise<StoreFile> {
    const writer = bytes > memoryStoreBytes ? await this.#usableWriter() : null;
    return writer ? new OpfsStore(await writer.create('store')) : new MemoryStore();
  }

  async warnings(outputBytes: number): Promise<string[]> {
    const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
    if (!(await this.#usableWriter())) {
      if (outputBytes <= largeInMemory) return [];
      return [
        `This browser gives the page no private file system, so the result (up to ${gigabytes(outputBytes)}) is kept in memory, which may not be enough. Another browser, or a window that is not private, does better.`,
      ];
    }
    const { quota, usage } = await navigator.storage.estimate().catch(() => ({ quota: undefined, usage: undefined }));
    if (quota === undefined) return [];
    const free = Math.max(0, quota - (usage ?? 0));
    if (outputBytes <= free) return [];
    return [
      `The result (up to ${gigabytes(outputBytes)} before compression) may not fit: the browser has ${gigabytes(free)} left for this page. Free disk space, or choose a smaller output type.`,
    ];
  }

  makeFile(name: string, parts: { offset: number; bytes: Uint8Array }[]): File {
    return fileOf(
      name,
      parts.map(({ offset, bytes }) => ({ offset, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) })),
    );
  }

  async close(): Promise<void> {
    this.#hasher.close();
    (await this.#writer)?.close();
    await (await this.#folder)?.close();
  }

  /** Null where the private file system cannot be used. */
  async #usableWriter(): Promise<Writer | null> {
    this.#writer ??= this.#folder.then((folder) => (folder ? new Writer(folder) : null));
    const writer = await this.#writer;
    return (await writer?.usable) ? writer : null;
  }
}

/** "Chrome 140": the part of the user agent that says most. */
function browserName(userAgent: string): string {
  const match = /(Firefox|Edg|Chrome|Version)\/(\d+)/.exec(userAgent);
  if (!match) return 'browser';
  const names: Record<string, string> = { Edg: 'Edge', Version: 'Safari' };
  return `${names[match[1] ?? ''] ?? match[1]} ${match[2]}`;
}
