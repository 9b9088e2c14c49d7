// What an engine worker does when asked: the calls of one wasm instance and its Engine, and how urgent each is.
//
// JSON stays text on the way: it is parsed where it is used.
import type { EncodedStrip, PixelView, StoredBox } from '../../wasm/webunmix';
import type { SourceSpec } from '../source/spec';

export interface WrittenPart {
  offset: number;
  bytes: Uint8Array;
}

export interface Solving {
  /** More of the solving is to be done before the next tally. */
  busy: boolean;
  /** Of the solving, 0..1. */
  fraction: number;
}

export interface EngineCalls {
  // ---- the module ----
  start(args: { module: WebAssembly.Module }): Promise<{ kinds: string; schema: string; version: string }>;
  parseRecipe(args: { text: string }): string;
  formatRecipe(args: { recipe: string }): string;
  /** An example scene as the pieces of a file, and its truth as JSON. */
  writeExample(args: { options: string }): { truth: string; parts: WrittenPart[] };
  /** The stack that numpy's arrays of shading profiles make, as the pieces of a file. `bytes`: the .npy files. */
  writeProfile(args: {
    name: string;
    arrays: { file: string; channel: string; key: string; bytes: Uint8Array }[];
  }): WrittenPart[];
  /** A float32 array as .npy. */
  writeNpy(args: { shape: number[]; values: Float32Array }): Uint8Array;
  /** Float32 planes as the pieces of a file; `about` is that of writePlanes in webunmix.d.ts. */
  writePlanes(args: { about: string; values: Uint8Array }): WrittenPart[];
  /** Deletes the Engine: afterwards nothing is alive in the module, or something leaks. */
  release(args: null): void;
  liveObjects(args: null): { liveObjects: number };

  // ---- inputs ----
  openInput(args: { role: string; source: SourceSpec; axes: string }): string;
  openIndexed(args: { role: string; source: SourceSpec; index: Uint8Array }): string;
  inputIndex(args: { input: number }): Uint8Array;
  /** For opening another image of the input's file. */
  imageIndex(args: { input: number; image: number }): Uint8Array;
  setAxes(args: { input: number; axes: string }): string;
  closeInputs(args: null): void;

  // ---- recipe and looking ----
  setRecipe(args: { recipe: string }): string;
  /** What comes out, once all steps are fitted. */
  output(args: null): string;
  view(args: { stage: number; box: string }): PixelView;

  // ---- fitting, on the lead ----
  beginFit(args: { step: number; compare: boolean }): void;
  /** The next pass with its items, or null when the step is fitted. */
  nextPass(args: { step: number }): { label: string; items: Uint8Array[] } | null;
  /** Takes tallies from item `first` on, up to one that leaves more solving to be done than a slice. `rest` comes back. */
  reduce(args: { step: number; first: number; tallies: Uint8Array[] }): Solving & { rest: Uint8Array[] };
  /** A slice of the solving. */
  advance(args: { step: number }): Solving;
  state(args: { step: number }): Uint8Array;
  /** JSON: name, unit, channel, height and width of the planes it has learnt. */
  maps(args: { step: number }): string;
  map(args: { step: number; index: number }): Uint8Array;

  // ---- on workers ----
  load(args: { step: number; state: Uint8Array }): void;
  work(args: { step: number; item: Uint8Array }): Uint8Array;
  /** `count` boxes from `first` on. `spare`: buffers of strips that have been written, for the next ones. */
  makeOutput(args: {
    first: number;
    count: number;
    options: string;
    spare: ArrayBuffer[];
  }): { strips: EncodedStrip[]; tally: Uint8Array }[];

  // ---- stores ----
  wantsStore(args: { step: number }): { boxes: number; bytes: number; plan: Uint8Array } | null;
  storeBox(args: { step: number; plan: Uint8Array; box: number }): StoredBox;
  /** What boxes left, on the lead, in order. */
  reduceStored(args: { step: number; plan: Uint8Array; tallies: Uint8Array[] }): void;
  useStore(args: { step: number; plan: Uint8Array; source: SourceSpec }): void;
  dropStore(args: { step: number }): void;

  // ---- writing, on the lead ----
  beginWrite(args: { options: string; link: string }): void;
  /** Where the strips of boxes from `first` on belong, given their sizes; takes the boxes' tallies. */
  place(args: { first: number; sizes: number[][]; tallies: Uint8Array[] }): { offset: number; size: number }[][];
  /** The head of the file: to be written where it says. */
  finishWrite(args: null): WrittenPart[];
  report(args: { extras: string }): string;
}

/** What a person waits for; what a run waits for; the items of a run. */
export const urgency = { viewing: 0, leading: 1, item: 2 } as const;

export function urgencyOf(kind: keyof EngineCalls): number {
  switch (kind) {
    case 'view':
      return urgency.viewing;
    case 'work':
    case 'makeOutput':
    case 'storeBox':
      return urgency.item;
    default:
      return urgency.leading;
  }
}
