// The engine worker: answers EngineCalls with one wasm instance. The same in the browser and in Node; what differs (how a source is
// read, how messages arrive) is handed in.
import type { ByteSource, Engine, ModuleOptions, WebUnmixModule } from '../../wasm/webunmix';
import { UnmixError } from '../error';
import type { FromWorker } from '../protocol';
import { Server } from '../rpc/server';
import type { RangeReader } from '../source/range-reader';
import { ReadAheadSource } from '../source/read-ahead-source';
import type { SourceSpec } from '../source/spec';
import type { EngineCalls, Solving } from './calls';
import { urgency, urgencyOf } from './calls';
import { unwrap } from './outcome';
import { PartSink } from './part-sink';
import { SliceLength } from './slices';
import { SpareBuffers } from './spare-buffers';

export interface EngineWorkerParts {
  createModule: (options: ModuleOptions) => Promise<WebUnmixModule>;
  openReader: (spec: SourceSpec) => RangeReader;
  post: (message: FromWorker, transfer: Transferable[]) => void;
  /** Awaited before the first call is answered. */
  ready?: Promise<unknown>;
}

export function serveEngine(parts: EngineWorkerParts): Server<EngineCalls> {
  const calls = new EngineHost(parts);
  return new Server<EngineCalls>(calls, parts.post, {
    urgency: urgencyOf,
    droppable: urgency.item,
    heapBytes: () => calls.heapBytes(),
    fatal: true,
  });
}

class EngineHost implements EngineCalls {
  readonly #parts: EngineWorkerParts;
  #module: WebUnmixModule | null = null;
  #engine: Engine | null = null;
  readonly #inputs: ReadAheadSource[] = [];
  readonly #stores = new Map<number, ReadAheadSource>();
  #head: PartSink | null = null;
  readonly #slice = new SliceLength();
  readonly #spare = new SpareBuffers();

  constructor(parts: EngineWorkerParts) {
    this.#parts = parts;
  }

  heapBytes(): number {
    return this.#module?.heapBytes() ?? 0;
  }

  async start({ module }: { module: WebAssembly.Module }) {
    await this.#parts.ready;
    this.#module = await instantiate(this.#parts.createModule, module, (bytes) => this.#spare.take(bytes));
    const loaded = this.#loaded();
    return { kinds: loaded.stepKinds(), schema: loaded.schema(), version: loaded.version() };
  }

  parseRecipe({ text }: { text: string }): string {
    return unwrap(this.#loaded().parseRecipe(text));
  }

  formatRecipe({ recipe }: { recipe: string }): string {
    return unwrap(this.#loaded().formatRecipe(recipe));
  }

  writeExample({ options }: { options: string }) {
    const sink = new PartSink();
    const truth = unwrap(this.#loaded().writeExample(options, sink));
    return { truth, parts: sink.take() };
  }

  writeProfile({
    name,
    arrays,
  }: {
    name: string;
    arrays: { file: string; channel: string; key: string; bytes: Uint8Array }[];
  }) {
    const sink = new PartSink();
    const parts = JSON.stringify({ name, arrays: arrays.map(({ file, channel, key }) => ({ file, channel, key })) });
    const contents = arrays.map(({ bytes }) => bytes);
    unwrap(this.#loaded().writeProfile(parts, contents, sink));
    return sink.take();
  }

  writeNpy({ shape, values }: { shape: number[]; values: Float32Array }): Uint8Array {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return unwrap(this.#loaded().writeNpy(shape, bytes));
  }

  writePlanes({ about, values }: { about: string; values: Uint8Array }) {
    const sink = new PartSink();
    unwrap(this.#loaded().writePlanes(about, values, sink));
    return sink.take();
  }

  release(): void {
    this.#engine?.delete();
    this.#engine = null;
    this.#spare.clear();
    this.#closeSources();
  }

  liveObjects() {
    return { liveObjects: this.#loaded().liveObjects() };
  }

  openInput({ role, source, axes }: { role: string; source: SourceSpec; axes: string }): string {
    return this.#opening(source, (bytes) => unwrap(this.#machine().openInput(role, bytes, axes)));
  }

  openIndexed({ role, source, index }: { role: string; source: SourceSpec; index: Uint8Array }): string {
    return this.#opening(source, (bytes) => unwrap(this.#machine().openIndexed(role, bytes, index)));
  }

  inputIndex({ input }: { input: number }): Uint8Array {
    return unwrap(this.#machine().inputIndex(input));
  }

  imageIndex({ input, image }: { input: number; image: number }): Uint8Array {
    return unwrap(this.#machine().imageIndex(input, image));
  }

  setAxes({ input, axes }: { input: number; axes: string }): string {
    return unwrap(this.#machine().setAxes(input, axes));
  }

  closeInputs(): void {
    this.#engine?.closeInputs();
    this.#closeSources();
  }

  setRecipe({ recipe }: { recipe: string }): string {
    const plan = unwrap(this.#machine().setRecipe(recipe));
    this.#closeStores();
    return plan;
  }

  output(): string {
    return unwrap(this.#machine().output());
  }

  view({ stage, box }: { stage: number; box: string }) {
    return unwrap(this.#machine().view(stage, box));
  }

  beginFit({ step, compare }: { step: number; compare: boolean }): void {
    unwrap(this.#machine().beginFit(step, compare));
  }

  nextPass({ step }: { step: number }) {
    const engine = this.#machine();
    const pass = unwrap(engine.nextPass(step));
    if (!pass) return null;
    const items = Array.from({ length: pass.items }, (_, i) => unwrap(engine.passItem(i)));
    return { label: pass.label, items };
  }

  reduce({ step, first, tallies }: { step: number; first: number; tallies: Uint8Array[] }) {
    const engine = this.#machine();
    for (const [i, tally] of tallies.entries()) {
      unwrap(engine.reduce(step, first + i, tally));
      const solving = this.#solve(step);
      if (solving.busy) return { ...solving, rest: tallies.slice(i + 1) };
    }
    return { busy: false, fraction: 1, rest: [] };
  }

  advance({ step }: { step: number }): Solving {
    return this.#solve(step);
  }

  state({ step }: { step: number }): Uint8Array {
    return unwrap(this.#machine().state(step));
  }

  maps({ step }: { step: number }): string {
    return unwrap(this.#machine().maps(step));
  }

  map({ step, index }: { step: number; index: number }): Uint8Array {
    return unwrap(this.#machine().map(step, index));
  }

  load({ step, state }: { step: number; state: Uint8Array }): void {
    unwrap(this.#machine().load(step, state));
  }

  work({ step, item }: { step: number; item: Uint8Array }): Uint8Array {
    return unwrap(this.#machine().work(step, item));
  }

  makeOutput({ first, count, options, spare }: { first: number; count: number; options: string; spare: ArrayBuffer[] }) {
    this.#spare.add(spare);
    return Array.from({ length: count }, (_, i) => unwrap(this.#machine().makeOutput(first + i, options)));
  }

  wantsStore({ step }: { step: number }) {
    const engine = this.#machine();
    if (!engine.wantsStore(step)) return null;
    const { boxes, bytes } = JSON.parse(unwrap(engine.storePlan(step))) as { boxes: number; bytes: number };
    return { boxes, bytes, plan: unwrap(engine.storeBoxes(step)) };
  }

  storeBox({ step, plan, box }: { step: number; plan: Uint8Array; box: number }) {
    return unwrap(this.#machine().storeBox(step, plan, box));
  }

  reduceStored({ step, plan, tallies }: { step: number; plan: Uint8Array; tallies: Uint8Array[] }): void {
    for (const tally of tallies) unwrap(this.#machine().reduceStored(step, plan, tally));
  }

  useStore({ step, plan, source }: { step: number; plan: Uint8Array; source: SourceSpec }): void {
    const bytes = new ReadAheadSource(this.#parts.openReader(source));
    try {
      unwrap(this.#machine().useStore(step, plan, bytes));
    } catch (error) {
      bytes.close();
      throw error;
    }
    this.#stores.get(step)?.close();
    this.#stores.set(step, bytes);
  }

  dropStore({ step }: { step: number }): void {
    this.#machine().dropStore(step);
    this.#stores.get(step)?.close();
    this.#stores.delete(step);
  }

  beginWrite({ options, link }: { options: string; link: string }): void {
    this.#head = new PartSink();
    unwrap(this.#machine().beginWrite(options, link, this.#head));
  }

  place({ first, sizes, tallies }: { first: number; sizes: number[][]; tallies: Uint8Array[] }) {
    const engine = this.#machine();
    return sizes.map((boxSizes, i) => {
      const extents = unwrap(engine.place(first + i, boxSizes));
      unwrap(engine.reduceOutput(first + i, tallies[i] as Uint8Array));
      return extents;
    });
  }

  finishWrite() {
    unwrap(this.#machine().finishWrite());
    const head = this.#head?.take() ?? [];
    this.#head = null;
    return head;
  }

  report({ extras }: { extras: string }): string {
    return unwrap(this.#machine().report(extras));
  }

  #loaded(): WebUnmixModule {
    if (!this.#module) throw new UnmixError('internal', 'The wasm module was used before it was started.');
    return this.#module;
  }

  #machine(): Engine {
    this.#engine ??= new (this.#loaded().Engine)();
    return this.#engine;
  }

  #opening(spec: SourceSpec, open: (bytes: ByteSource) => string): string {
    const bytes = new ReadAheadSource(this.#parts.openReader(spec));
    try {
      const inspection = open(bytes);
      this.#inputs.push(bytes);
      return inspection;
    } catch (error) {
      bytes.close();
      throw error;
    }
  }

  #closeSources(): void {
    this.#closeStores();
    for (const source of this.#inputs.splice(0)) source.close();
  }

  #closeStores(): void {
    for (const source of this.#stores.values()) source.close();
    this.#stores.clear();
  }

  /** One slice of the solving. */
  #solve(step: number): Solving {
    const started = performance.now();
    const outcome = unwrap(this.#machine().advance(step, this.#slice.work));
    if (outcome.busy) this.#slice.took(performance.now() - started);
    return { busy: outcome.busy, fraction: outcome.fraction };
  }
}

/** An instance of the module that was compiled once for all workers. */
function instantiate(
  createModule: (options: ModuleOptions) => Promise<WebUnmixModule>,
  module: WebAssembly.Module,
  room: (bytes: number) => Uint8Array,
): Promise<WebUnmixModule> {
  return new Promise((resolve, reject) => {
    createModule({
      room,
      instantiateWasm: (imports, receive) => {
        WebAssembly.instantiate(module, imports).then((instance) => receive(instance, module), reject);
        return {};
      },
    }).then(resolve, reject);
  });
}
