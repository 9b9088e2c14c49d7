// A platform whose workers live in the test's own thread, with toy modules in them. Messages take the way they take between threads:
// cloned, buffers transferred, delivered later. Workers can be killed, or made to hang.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { RunOptions } from '../../../workers/api';
import { serveEngine } from '../../../workers/engine/serve';
import { UnmixError } from '../../../workers/error';
import { InputHash } from '../../../workers/hash/input-hash';
import type { Platform, WorkerEvents, WorkerPort } from '../../../workers/platform';
import type { Request, ToWorker } from '../../../workers/protocol';
import { fileOf } from '../../../workers/sink/memory-sink';
import type { OutputSink, RunOutput } from '../../../workers/sink/sink';
import type { StoreFile } from '../../../workers/sink/store-file';
import type { RangeReader } from '../../../workers/source/range-reader';
import type { SourceSpec } from '../../../workers/source/spec';
import { ToyWorld, toyModule } from './toy-module';

/** The smallest wasm module there is. */
const emptyModule = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

interface ToyWorker {
  events: WorkerEvents;
  running: boolean;
}

export class ToyPlatform implements Platform {
  readonly runtime = 'toy';
  readonly processors = 2;
  readonly world = new ToyWorld();
  readonly workers: ToyWorker[] = [];
  readonly stacks = new Map<string, Uint8Array>();
  readonly outputs: ToyOutput[] = [];
  readonly stores: ToyStore[] = [];
  /** Requests for which this is true do not arrive before release(): their worker seems to work and work. */
  holds: (worker: number, request: Request) => boolean = () => false;
  readonly #held: (() => void)[] = [];
  /** Bytes that fit on the toy's disk. */
  diskBytes = Number.POSITIVE_INFINITY;
  hashFails = false;

  async read(source: SourceSpec, begin: number, end: number): Promise<Uint8Array> {
    return this.stacks.get(source.name)?.slice(begin, end) ?? new Uint8Array();
  }

  keep(name: string, bytes: Uint8Array<ArrayBuffer>): SourceSpec {
    this.stacks.set(name, bytes);
    return { kind: 'blob', name, size: bytes.length, blob: new Blob([bytes]) };
  }

  async compileModule(): Promise<WebAssembly.Module> {
    return emptyModule;
  }

  startEngine(events: WorkerEvents): WorkerPort {
    const number = this.workers.length;
    const worker: ToyWorker = { events, running: true };
    this.workers.push(worker);
    const server = serveEngine({
      createModule: async () => toyModule(this.world),
      openReader: (spec) => this.#reader(spec),
      post: (message, transfer) => {
        const copy = structuredClone(message, { transfer });
        setImmediate(() => worker.running && events.message(copy));
      },
    });
    return {
      post: (message: ToWorker, transfer) => {
        const copy = structuredClone(message, { transfer });
        const arrive = () => void setImmediate(() => worker.running && server.receive(copy));
        if ('kind' in copy && this.holds(number, copy)) this.#held.push(arrive);
        else arrive();
      },
      terminate: () => {
        worker.running = false;
      },
    };
  }

  /** Lets what was held arrive, and holds no more. */
  release(): void {
    this.holds = () => false;
    for (const arrive of this.#held.splice(0)) arrive();
  }

  /** Ends a worker as a crash would. */
  kill(worker: number): void {
    const victim = this.workers[worker];
    if (!victim?.running) throw new Error(`worker ${worker} does not run`);
    victim.running = false;
    victim.events.death('killed by the test');
  }

  async describe(input: File | string): Promise<SourceSpec> {
    const bytes = this.stacks.get(String(input));
    if (!bytes) throw new UnmixError('read_failed', `${input} does not exist.`);
    const buffer = new SharedArrayBuffer(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return { kind: 'shared', name: String(input), size: bytes.length, buffer };
  }

  hash(source: SourceSpec): InputHash {
    const bytes = this.stacks.get(source.name) ?? new Uint8Array();
    const hash = createHash('sha256');
    return new InputHash(bytes.length, {
      update: async (from, to) => {
        if (this.hashFails) throw new UnmixError('read_failed', `${source.name} is gone.`);
        hash.update(bytes.subarray(from, to));
      },
      finish: async () => hash.digest('hex'),
      close: () => {},
    });
  }

  async openOutput(_options: RunOptions): Promise<RunOutput> {
    const output = new ToyOutput(this.diskBytes);
    this.outputs.push(output);
    return output;
  }

  async openStore(bytes: number): Promise<StoreFile> {
    const store = new ToyStore(bytes);
    this.stores.push(store);
    return store;
  }

  async warnings(): Promise<string[]> {
    return [];
  }

  makeFile(name: string, parts: { offset: number; bytes: Uint8Array }[]): File {
    return fileOf(
      name,
      parts.map(({ offset, bytes }) => ({ offset, blob: new Blob([Buffer.from(bytes)]) })),
    );
  }

  async close(): Promise<void> {}

  #reader(spec: SourceSpec): RangeReader {
    if (spec.kind !== 'shared') throw new Error('toy sources are shared memory');
    const bytes = new Uint8Array(spec.buffer);
    return {
      name: spec.name,
      size: spec.size,
      keepBytes: 0,
      leastBytes: 0,
      readRange: (offset, length) => bytes.slice(offset, offset + length),
    };
  }
}

export class ToyOutput implements RunOutput {
  readonly sinks: ToySink[] = [];
  readonly #room: number;
  committed = false;
  discarded = false;

  constructor(room: number) {
    this.#room = room;
  }

  async create(name: string): Promise<OutputSink> {
    const sink = new ToySink(name, this.#room);
    this.sinks.push(sink);
    return sink;
  }

  async commit(): Promise<File[]> {
    if (!this.sinks.every(({ finished }) => finished)) throw new Error('a file was committed that is not finished');
    this.committed = true;
    return this.sinks.map((sink) => new File([Buffer.from(sink.bytes())], sink.name));
  }

  async discard(): Promise<void> {
    this.discarded = true;
  }
}

class ToySink implements OutputSink {
  readonly name: string;
  readonly #room: number;
  readonly #parts: { offset: number; bytes: Uint8Array }[] = [];
  #full = false;
  finished = false;
  onWritten: OutputSink['onWritten'] = null;

  constructor(name: string, room: number) {
    this.name = name;
    this.#room = room;
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > this.#room) this.#full = true;
    this.#parts.push({ offset, bytes });
  }

  async room(): Promise<void> {
    if (this.#full) throw new UnmixError('write_failed', 'The disk is full.');
  }

  async finish(): Promise<void> {
    await this.room();
    this.finished = true;
  }

  bytes(): Uint8Array {
    const size = Math.max(0, ...this.#parts.map(({ offset, bytes }) => offset + bytes.length));
    const whole = new Uint8Array(size);
    for (const { offset, bytes } of this.#parts) whole.set(bytes, offset);
    return whole;
  }
}

export class ToyStore implements StoreFile {
  readonly #bytes: Uint8Array;
  readonly #buffer: SharedArrayBuffer;
  #size = 0;
  dropped = false;

  constructor(bytes: number) {
    this.#buffer = new SharedArrayBuffer(bytes);
    this.#bytes = new Uint8Array(this.#buffer);
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  async source(): Promise<SourceSpec> {
    return { kind: 'shared', name: 'store', size: this.#size, buffer: this.#buffer };
  }

  async drop(): Promise<void> {
    this.dropped = true;
  }
}
