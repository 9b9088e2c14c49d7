// A wasm module in miniature, for tests of the protocol: it keeps the promises of webunmix.d.ts with arithmetic a reader can follow,
// and refuses whatever a driver must not do (results out of order, a pass worked with an old state, boxes placed twice).
//
// A toy stack is a file of T planes of `planeBytes` bytes. The step "toy" has settings:
//   passes   how many passes its fit needs; pass p adds up (byte + what was learnt) of every plane
//   solve    how many slices of solving each reduce leaves
//   store    whether the first pass wants a store
//   measure  true: it changes no pixels
//   ms       how long an item takes
// Its output is each byte plus the learnt value, modulo 256, one strip a plane, after a head of 8 bytes.
import type { ByteSink, ByteSource, Engine, ErrorTag, Outcome, WebUnmixModule } from '../../../wasm/webunmix';

export const planeBytes = 64;
export const headBytes = 8;

export interface ToySettings {
  passes: number;
  solve: number;
  store: boolean;
  measure: boolean;
  ms: number;
  /** How large the driver is told that a box of the output is: small ones travel together. */
  box_bytes: number;
}

const defaults: ToySettings = { passes: 2, solve: 0, store: false, measure: false, ms: 0, box_bytes: 2 ** 20 };

export const toyRecipe = (...steps: Partial<ToySettings>[]) => ({
  version: 1,
  steps: steps.map((settings) => ({ step: 'toy', settings: { ...settings } as Record<string, unknown> })),
});

/** The bytes of a toy stack: every plane differs. */
export function toyStack(planes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: planes * planeBytes }, (_, i) => (i * 7 + Math.floor(i / planeBytes) * 13) % 251);
}

/** What the toy step learns and makes, computed without workers, passes or items. */
export function toyTruth(stack: Uint8Array, settings: Partial<ToySettings>): { learnt: number; output: Uint8Array } {
  const { passes } = { ...defaults, ...settings };
  let learnt = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    let sum = 0;
    for (let plane = 0; plane * planeBytes < stack.length; plane += 1) {
      // Not commutative: the order of the planes shows in the result.
      let planeSum = 0;
      for (const byte of stack.subarray(plane * planeBytes, (plane + 1) * planeBytes)) planeSum += byte + learnt;
      sum = (sum * 31 + planeSum) % 1_000_003;
    }
    learnt = sum;
  }
  const output = new Uint8Array(headBytes + stack.length);
  output.set(new TextEncoder().encode('toyfile!'));
  stack.forEach((byte, i) => {
    output[headBytes + i] = (byte + learnt) % 256;
  });
  return { learnt, output };
}

/** What a test may look into and tamper with; shared by all modules of the test. */
export class ToyWorld {
  /** Calls by name, in the order in which they were made. */
  readonly log: { module: number; call: string; detail: string }[] = [];
  modules = 0;
  /** Engines and sources by module. */
  readonly alive: number[] = [];
  /** Called for each item before it is worked; may throw (a trap) or return an error. */
  onItem:
    | ((item: { module: number; call: string; pass: number; plane: number }) => { tag: ErrorTag; message: string } | undefined)
    | null = null;

  calls(call: string): { module: number; call: string; detail: string }[] {
    return this.log.filter((entry) => entry.call === call);
  }
}

export function toyModule(world: ToyWorld): WebUnmixModule {
  const number = world.modules++;
  world.alive[number] = 0;
  return {
    Engine: class extends ToyEngine {
      constructor() {
        super(world, number);
      }
    },
    stepKinds: () => JSON.stringify([{ name: 'toy', title: 'Toy', meaning: 'Adds what it has learnt.', settings: [] }]),
    schema: () => '{"type":"object"}',
    parseRecipe: (text) => (text.startsWith('{') ? ok(text) : failed('bad_recipe', `"${text}" is no recipe`)),
    formatRecipe: () => ok('/1/toy'),
    writeExample: (_options, sink) => {
      sink.write(0, new Uint8Array([1, 2, 3]));
      sink.write(5, new Uint8Array([4]));
      return ok('{"alpha":0.28}');
    },
    // A stack of one plane: the bytes of all arrays, one after another.
    writeProfile: (_parts, contents, sink) => {
      let at = 0;
      for (const bytes of contents) {
        sink.write(at, bytes);
        at += bytes.length;
      }
      return ok(null);
    },
    writeNpy: (shape, values) => ok(Uint8Array.of(...shape, ...values)),
    writePlanes: (_about, values, sink) => {
      sink.write(0, values);
      return ok(null);
    },
    version: () => '0.0.0',
    liveObjects: () => world.alive[number] ?? 0,
    heapBytes: () => 1000 * (number + 1),
  };
}

const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });
const failed = (tag: ErrorTag, message: string): { ok: false; tag: ErrorTag; message: string } => ({ ok: false, tag, message });

interface ToyStep {
  settings: ToySettings;
  learnt: number;
  pass: number;
}

class ToyEngine implements Engine {
  readonly #world: ToyWorld;
  readonly #module: number;
  readonly #inputs: { source: ByteSource; planes: number; axes: string }[] = [];
  #steps: ToyStep[] = [];
  #recipe = '';
  #sum = 0;
  #reduced = 0;
  #solving = 0;
  #placed = 0;
  #tallied = 0;
  #outputSum = 0;
  #sink: ByteSink | null = null;
  #store: ByteSource | null = null;
  #stored = 0;

  constructor(world: ToyWorld, module: number) {
    this.#world = world;
    this.#module = module;
    this.#alive(1);
  }

  openInput(_role: string, source: ByteSource, axes: string): Outcome<string> {
    this.#note('openInput', source.name);
    if (source.size % planeBytes !== 0) return failed('bad_file', `${source.name} is no toy stack: ${source.size} bytes`);
    this.#inputs.push({ source, planes: source.size / planeBytes, axes });
    this.#alive(1);
    return this.#inspect(this.#inputs.length - 1);
  }

  openIndexed(role: string, source: ByteSource, index: Uint8Array): Outcome<string> {
    return this.openInput(role, source, new TextDecoder().decode(index));
  }

  inputIndex(input: number): Outcome<Uint8Array> {
    return ok(new TextEncoder().encode(this.#inputs[input]?.axes ?? ''));
  }

  imageIndex(input: number, image: number): Outcome<Uint8Array> {
    return image === 0 ? this.inputIndex(input) : failed('internal', 'a toy stack holds one image');
  }

  setAxes(input: number, axes: string): Outcome<string> {
    const known = this.#inputs[input];
    if (!known || axes !== 'T') return failed('bad_setting', `axes "${axes}" do not fit`);
    known.axes = axes;
    return this.#inspect(input);
  }

  closeInputs(): void {
    this.#alive(-this.#inputs.length);
    this.#inputs.length = 0;
  }

  setRecipe(recipeJson: string): Outcome<string> {
    this.#note('setRecipe', '');
    const recipe = JSON.parse(recipeJson) as ReturnType<typeof toyRecipe>;
    const unknown = recipe.steps.find(({ step }) => step !== 'toy');
    if (unknown) return failed('bad_recipe', `there is no step "${unknown.step}"`);
    this.#recipe = recipeJson;
    this.#steps = recipe.steps.map(({ settings }) => ({ settings: { ...defaults, ...settings }, learnt: 0, pass: -1 }));
    return ok(
      JSON.stringify({
        recipe,
        steps: recipe.steps.map(({ step, settings }) => ({ step, settings, enabled: true, fits: true, changes_pixels: true })),
        output: this.#outputPlan(),
      }),
    );
  }

  output(): Outcome<string> {
    return ok(JSON.stringify(this.#outputPlan()));
  }

  beginFit(step: number): Outcome<null> {
    const toy = this.#step(step);
    toy.pass = -1;
    toy.learnt = 0;
    return ok(null);
  }

  nextPass(step: number): Outcome<{ label: string; items: number } | null> {
    const toy = this.#step(step);
    if (toy.pass >= 0) {
      if (this.#reduced !== this.#planes()) return failed('internal', `only ${this.#reduced} items were reduced`);
      if (this.#solving > 0) return failed('internal', 'the next pass was asked for while solving');
      toy.learnt = this.#sum;
    }
    toy.pass += 1;
    this.#sum = 0;
    this.#reduced = 0;
    if (toy.pass === toy.settings.passes) return ok(null);
    return ok({ label: `Pass ${toy.pass}`, items: this.#planes() });
  }

  maps(step: number): Outcome<string> {
    this.#step(step);
    return ok(JSON.stringify([{ name: 'toy', unit: 'counts', channel: 0, height: 1, width: 2 }]));
  }

  map(step: number, index: number): Outcome<Uint8Array> {
    const { learnt } = this.#step(step);
    if (index !== 0) return failed('internal', `there is no plane ${index}`);
    return ok(new Uint8Array(Float32Array.of(learnt, step).buffer));
  }

  passItem(item: number): Outcome<Uint8Array> {
    return ok(packItem(item, this.#steps.findLast(({ pass }) => pass >= 0)?.pass ?? 0));
  }

  reduce(step: number, item: number, tally: Uint8Array): Outcome<null> {
    if (item !== this.#reduced) return failed('internal', `item ${item} was reduced after ${this.#reduced}`);
    if (this.#solving > 0) return failed('internal', `item ${item} was reduced while solving`);
    this.#reduced += 1;
    const [sum = Number.NaN] = new Float64Array(tally.slice().buffer);
    this.#sum = (this.#sum * 31 + sum) % 1_000_003;
    this.#solving = this.#step(step).settings.solve;
    return ok(null);
  }

  advance(): Outcome<{ busy: boolean; fraction: number }> {
    if (this.#solving > 0) this.#solving -= 1;
    return ok({ busy: this.#solving > 0, fraction: 0.5 });
  }

  state(step: number): Outcome<Uint8Array> {
    const { learnt, pass } = this.#step(step);
    return ok(new Uint8Array(Float64Array.of(learnt, pass).buffer));
  }

  load(step: number, state: Uint8Array): Outcome<null> {
    const [learnt = 0, pass = 0] = new Float64Array(state.slice().buffer);
    this.#note('load', `${step}: ${learnt}`);
    Object.assign(this.#step(step), { learnt, pass });
    return ok(null);
  }

  work(step: number, item: Uint8Array): Outcome<Uint8Array> {
    const { plane, pass } = unpackItem(item);
    const wrong = this.#world.onItem?.({ module: this.#module, call: 'work', pass, plane });
    if (wrong) return failed(wrong.tag, wrong.message);
    const toy = this.#step(step);
    if (toy.pass !== pass) return failed('internal', `an item of pass ${pass} was worked with the state of pass ${toy.pass}`);
    this.#note('work', `${pass}/${plane}`);
    const until = performance.now() + toy.settings.ms;
    while (performance.now() < until);
    let sum = 0;
    for (const byte of this.#read(plane)) sum += byte + toy.learnt;
    return ok(new Uint8Array(Float64Array.of(sum).buffer));
  }

  makeOutput(box: number, optionsJson: string): ReturnType<Engine['makeOutput']> {
    const { stack } = JSON.parse(optionsJson) as { stack: number };
    const wrong = this.#world.onItem?.({ module: this.#module, call: 'makeOutput', pass: -1, plane: box });
    if (wrong) return failed(wrong.tag, wrong.message);
    this.#note('makeOutput', `${box}`);
    const learnt = this.#steps.at(-1)?.learnt ?? 0;
    const bytes = this.#read(box, stack).map((byte) => (byte + learnt) % 256);
    return ok({ strips: [{ page: box, strip: 0, bytes }], tally: Uint8Array.of(box % 256) });
  }

  wantsStore(step: number): boolean {
    const { settings, pass } = this.#step(step);
    return settings.store && pass === 0 && this.#store === null;
  }

  storePlan(): Outcome<string> {
    return ok(JSON.stringify({ boxes: this.#planes(), bytes: this.#planes() * planeBytes }));
  }

  storeBoxes(): Outcome<Uint8Array> {
    return ok(Uint8Array.of(42));
  }

  storeBox(_step: number, boxes: Uint8Array, i: number): ReturnType<Engine['storeBox']> {
    if (boxes[0] !== 42) return failed('internal', 'not the plan of a store');
    this.#note('storeBox', `${i}`);
    return ok({ bytes: this.#read(i), tally: Uint8Array.of(i) });
  }

  reduceStored(_step: number, _boxes: Uint8Array, tally: Uint8Array): Outcome<null> {
    if (tally[0] !== this.#stored) return failed('internal', `box ${tally[0]} of the store came after ${this.#stored}`);
    this.#stored += 1;
    return ok(null);
  }

  useStore(_step: number, _boxes: Uint8Array, source: ByteSource): Outcome<null> {
    this.#note('useStore', '');
    this.#store = source;
    return ok(null);
  }

  dropStore(): void {
    this.#store = null;
  }

  beginWrite(_optionsJson: string, _link: string, sink: ByteSink): Outcome<null> {
    this.#sink = sink;
    this.#placed = 0;
    this.#tallied = 0;
    this.#outputSum = 0;
    return ok(null);
  }

  place(box: number, sizes: number[]): Outcome<{ offset: number; size: number }[]> {
    if (box !== this.#placed) return failed('internal', `box ${box} was placed after ${this.#placed}`);
    this.#placed += 1;
    return ok(sizes.map((size) => ({ offset: headBytes + box * planeBytes, size })));
  }

  reduceOutput(box: number, tally: Uint8Array): Outcome<null> {
    if (box !== this.#tallied) return failed('internal', `box ${box} was counted after ${this.#tallied}`);
    this.#tallied += 1;
    this.#outputSum += tally[0] ?? 0;
    return ok(null);
  }

  finishWrite(): Outcome<null> {
    if (this.#placed !== this.#planes()) return failed('internal', `only ${this.#placed} boxes were placed`);
    this.#sink?.write(0, new TextEncoder().encode('toyfile!'));
    this.#sink = null;
    return ok(null);
  }

  report(extrasJson: string): Outcome<string> {
    const steps = this.#steps.map(({ settings, learnt }) => ({ step: 'toy', settings, learnt, warnings: [], diagnostics: {} }));
    return ok(JSON.stringify({ steps, recipe: JSON.parse(this.#recipe), counted: this.#outputSum, ...JSON.parse(extrasJson) }));
  }

  view(stage: number, boxJson: string): ReturnType<Engine['view']> {
    const { t, channels, y_begin, y_end } = JSON.parse(boxJson) as {
      t: number;
      channels: number[];
      y_begin: number;
      y_end: number;
    };
    this.#note('view', `${stage}/${t}`);
    const learnt = stage > 0 ? (this.#step(stage - 1).learnt ?? 0) : 0;
    const bytes = this.#read(t).map((byte) => (byte + learnt) % 256);
    return ok({
      type: 'uint8',
      width: planeBytes,
      height: y_end - y_begin,
      bytes: Uint8Array.from({ length: channels.length * bytes.length }, (_, i) => bytes[i % bytes.length] ?? 0),
    });
  }

  delete(): void {
    this.closeInputs();
    this.#alive(-1);
  }

  #alive(change: number): void {
    this.#world.alive[this.#module] = (this.#world.alive[this.#module] ?? 0) + change;
  }

  #note(call: string, detail: string): void {
    this.#world.log.push({ module: this.#module, call, detail });
  }

  #planes(): number {
    return this.#inputs[0]?.planes ?? 0;
  }

  #step(step: number): ToyStep {
    const toy = this.#steps[step];
    if (!toy) throw new Error(`there is no step ${step}`);
    return toy;
  }

  #outputPlan(): unknown {
    if (this.#steps.every(({ settings }) => settings.measure)) return null;
    const planes = this.#planes();
    const shape = [planes, 1, 1, 1, planeBytes];
    const largest = Math.max(...this.#steps.map(({ settings }) => settings.box_bytes));
    return { shape, type: 'uint8', boxes: planes, bytes: planes * largest, stacks: this.#inputs.length };
  }

  #read(plane: number, input = 0): Uint8Array {
    const bytes = new Uint8Array(planeBytes);
    const source = (input === 0 ? this.#store : null) ?? this.#inputs[input]?.source;
    source?.read(plane * planeBytes, bytes);
    return bytes;
  }

  #inspect(input: number): Outcome<string> {
    const { source, planes, axes } = this.#inputs[input] ?? { source: { name: '', size: 0 }, planes: 0, axes: '' };
    const known = axes !== '?';
    return ok(
      JSON.stringify({
        name: source.name,
        bytes: source.size,
        shape: known ? [planes, 1, 1, 1, planeBytes] : null,
        question: known ? null : { pages: planes, message: 'What are the pages?', guess: 'T', choices: ['T'] },
        type: 'uint8',
        warnings: [],
      }),
    );
  }
}

/** An item of one box, as core/run/travel packs it: a count, the box, then a tag. */
export function packItem(plane: number, pass: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 + 3 * 4 + 8 + 4 + 2 * 8 + 8 + 1));
  let at = 0;
  const u64 = (value: number) => {
    view.setBigUint64(at, BigInt(value), true);
    at += 8;
  };
  const i32 = (value: number) => {
    view.setInt32(at, value, true);
    at += 4;
  };
  u64(1);
  i32(0);
  i32(plane);
  i32(0);
  u64(1);
  i32(0);
  u64(0);
  u64(1);
  u64(1);
  view.setUint8(at, pass);
  return new Uint8Array(view.buffer);
}

function unpackItem(item: Uint8Array): { plane: number; pass: number } {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  return { plane: view.getInt32(12, true), pass: view.getUint8(item.byteLength - 1) };
}
