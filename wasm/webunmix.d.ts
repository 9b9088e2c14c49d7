// The wasm module as TypeScript sees it: what the Embind layer exports, no more. Checked against the built module by a test.
//
// JSON travels as text, pixels and opaque state as Uint8Array copies that the caller owns (their buffers can be transferred).
// Nothing throws across this border: every fallible call returns an Outcome.

export type ErrorTag =
  | 'bad_setting'
  | 'bad_recipe'
  | 'bad_file'
  | 'unsupported'
  | 'axes_needed'
  | 'not_enough_data'
  | 'read_failed'
  | 'write_failed'
  | 'out_of_memory'
  | 'cancelled'
  | 'worker_lost'
  | 'internal';

export type Outcome<T> = { ok: true; value: T } | { ok: false; tag: ErrorTag; message: string };

/**
 * Where a file's bytes come from. `read` fills `into` before it returns, or throws: the exception's message, and its `tag` when that is
 * an ErrorTag (otherwise read_failed), become the outcome of the call that wanted the bytes.
 */
export interface ByteSource {
  readonly size: number;
  readonly name: string;
  /** `into` is a view of wasm memory, valid during the call only. */
  read(offset: number, into: Uint8Array): void;
}

/**
 * Where headers and directories of the output go. `bytes` is a view of wasm memory, valid during the call only. Throws when full;
 * exceptions as with ByteSource (otherwise write_failed).
 */
export interface ByteSink {
  write(offset: number, bytes: Uint8Array): void;
}

export interface EncodedStrip {
  page: number;
  strip: number;
  bytes: Uint8Array;
}

export interface PixelView {
  /** Sample type of `bytes`: "uint16", "float32", ... */
  type: string;
  width: number;
  height: number;
  /** Channel after channel, row by row. */
  bytes: Uint8Array;
}

/** A box of a store. */
export interface StoredBox {
  bytes: Uint8Array;
  /** For reduceStored() on the lead. */
  tally: Uint8Array;
}

/** One instance of the machine (core/engine/engine.hpp, which also tells in which order to call). Call delete() when done with it. */
export interface Engine {
  openInput(role: string, source: ByteSource, axes: string): Outcome<string>;
  openIndexed(role: string, source: ByteSource, index: Uint8Array): Outcome<string>;
  inputIndex(input: number): Outcome<Uint8Array>;
  /** For openIndexed() of another image of the input's file: one of the `tiles` of its inspection. */
  imageIndex(input: number, image: number): Outcome<Uint8Array>;
  setAxes(input: number, axes: string): Outcome<string>;
  closeInputs(): void;

  setRecipe(recipeJson: string): Outcome<string>;
  /** What setRecipe says of the output, as it is after fitting: a fit may change the shape. */
  output(): Outcome<string>;

  beginFit(step: number, compare: boolean): Outcome<null>;
  nextPass(step: number): Outcome<{ label: string; items: number } | null>;
  passItem(item: number): Outcome<Uint8Array>;
  reduce(step: number, item: number, tally: Uint8Array): Outcome<null>;
  advance(step: number, work: number): Outcome<{ busy: boolean; fraction: number }>;
  state(step: number): Outcome<Uint8Array>;
  /** [{"name", "unit", "channel", "height", "width"}]: planes the step has learnt, on the lead. */
  maps(step: number): Outcome<string>;
  /** The float32 values of one of them. */
  map(step: number, index: number): Outcome<Uint8Array>;

  load(step: number, state: Uint8Array): Outcome<null>;
  work(step: number, item: Uint8Array): Outcome<Uint8Array>;
  /** Options here and in beginWrite: {"name", "compression"?, "stack"?: which output, when there are several main inputs}. */
  makeOutput(box: number, optionsJson: string): Outcome<{ strips: EncodedStrip[]; tally: Uint8Array }>;

  /** To be asked after nextPass and, when all steps are fitted, for each step before the output. */
  wantsStore(step: number): boolean;
  /** {"boxes", "bytes"}. */
  storePlan(step: number): Outcome<string>;
  storeBoxes(step: number): Outcome<Uint8Array>;
  storeBox(step: number, boxes: Uint8Array, i: number): Outcome<StoredBox>;
  /** On the lead, for each box of a store in order. */
  reduceStored(step: number, boxes: Uint8Array, tally: Uint8Array): Outcome<null>;
  useStore(step: number, boxes: Uint8Array, source: ByteSource): Outcome<null>;
  dropStore(step: number): void;

  beginWrite(optionsJson: string, link: string, sink: ByteSink): Outcome<null>;
  place(box: number, sizes: number[]): Outcome<{ offset: number; size: number }[]>;
  reduceOutput(box: number, tally: Uint8Array): Outcome<null>;
  finishWrite(): Outcome<null>;
  report(extrasJson: string): Outcome<string>;

  /** `boxJson`: {"input","t","z","channels","y_begin","y_end"}. */
  view(stage: number, boxJson: string): Outcome<PixelView>;
  delete(): void;
}

export interface WebUnmixModule {
  Engine: { new (): Engine };
  /** All steps and their settings tables as JSON: what forms, schema and command line are made from. */
  stepKinds(): string;
  /** JSON Schema of a recipe. */
  schema(): string;
  /** A recipe from its string form, its JSON, a report or a Python sidecar, as normalised JSON. */
  parseRecipe(text: string): Outcome<string>;
  /** The string form of a recipe ("/1/unmix?method=mi_min"). */
  formatRecipe(recipeJson: string): Outcome<string>;
  /** Writes an example scene as OME-TIFF and returns its truth as JSON. `options`: {"scene","seed","shape",...}, docs/formats.md. */
  writeExample(optionsJson: string, sink: ByteSink): Outcome<string>;
  /**
   * Makes the stack that an input of role `profile` is from numpy arrays (core/engine/profile_file.hpp). `partsJson`: {"name",
   * "arrays": [{"file", "channel", "key"}]}; `contents`: the .npy files, in the same order.
   */
  writeProfile(partsJson: string, contents: Uint8Array[], sink: ByteSink): Outcome<null>;
  /** A float32 array as .npy; `values` are its bytes. */
  writeNpy(shape: number[], values: Uint8Array): Outcome<Uint8Array>;
  /** Writes float32 planes as OME-TIFF. `about`: {"name","planes": names,"height","width","compression"?}; `values`: one after another. */
  writePlanes(aboutJson: string, values: Uint8Array, sink: ByteSink): Outcome<null>;
  /** The version of the program. */
  version(): string;
  /** Engines, sources and sinks alive: zero after every run. */
  liveObjects(): number;
  /** Bytes of wasm memory in use by the heap. */
  heapBytes(): number;
}

export interface ModuleOptions {
  wasmBinary?: ArrayBuffer;
  /** Memory of exactly `bytes` for what is copied out of the module; it is the caller's afterwards. Left out: always new. */
  room?: (bytes: number) => Uint8Array;
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => void,
  ) => WebAssembly.Exports | object;
}

export default function createWebUnmix(options: ModuleOptions): Promise<WebUnmixModule>;
