// Keeps an output file in memory, for browsers without a private file system. Each piece becomes a Blob at once: browsers keep large
// Blobs outside the page's memory, on disk where they can.
import { UnmixError } from '../error';
import type { OutputSink, RunOutput } from './sink';

export class MemoryOutput implements RunOutput {
  #sinks: MemorySink[] = [];

  async create(name: string): Promise<OutputSink> {
    const sink = new MemorySink(name);
    this.#sinks.push(sink);
    return sink;
  }

  async commit(): Promise<File[]> {
    return this.#sinks.map((sink) => sink.file());
  }

  async discard(): Promise<void> {
    this.#sinks = [];
  }
}

class MemorySink implements OutputSink {
  readonly #name: string;
  readonly #parts: { offset: number; blob: Blob }[] = [];
  #failure: UnmixError | null = null;
  onWritten: OutputSink['onWritten'] = null;

  constructor(name: string) {
    this.#name = name;
  }

  write(offset: number, bytes: Uint8Array): void {
    if (this.#failure) return;
    try {
      this.#parts.push({ offset, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) });
      this.onWritten?.(bytes.buffer as ArrayBuffer);
    } catch (error) {
      this.#failure = new UnmixError(
        'out_of_memory',
        'The browser has no memory left for the result. Choose a compression or a smaller output type, or a browser with a private file system (OPFS).',
        { cause: error },
      );
    }
  }

  async room(): Promise<void> {
    if (this.#failure) throw this.#failure;
  }

  finish(): Promise<void> {
    return this.room();
  }

  file(): File {
    return fileOf(this.#name, this.#parts);
  }
}

/** A file of pieces that do not overlap; gaps are zero. */
export function fileOf(name: string, parts: readonly { offset: number; blob: Blob }[]): File {
  const ordered: Blob[] = [];
  let at = 0;
  for (const { offset, blob } of [...parts].sort((a, b) => a.offset - b.offset)) {
    if (offset < at) throw new UnmixError('internal', `Two pieces of ${name} overlap at byte ${offset}.`);
    if (offset > at) ordered.push(new Blob([new Uint8Array(offset - at)]));
    ordered.push(blob);
    at = offset + blob.size;
  }
  return new File(ordered, name, { type: 'image/tiff' });
}
