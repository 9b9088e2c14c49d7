// What the page and the command line use: open stacks, look at planes, fit, run. Everything heavy happens in workers.
import type { ErrorTag } from '../wasm/webunmix';

export type SampleType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

export interface Quantity {
  value: number;
  unit: string;
}

export interface ChannelInspection {
  name: string;
  /** "#rrggbb", or null when the file gives none. */
  colour: string | null;
  excitation_nm: number | null;
  emission_nm: number | null;
}

/** What `inspect` prints, and what the page knows of a file (docs/formats.md). */
export interface Inspection {
  name: string;
  bytes: number;
  format: string;
  compression: string;
  /** T, Z, C, Y, X; null while the axes are in question. */
  shape: [number, number, number, number, number] | null;
  axes: 'TZCYX';
  axes_from: 'ome' | 'imagej' | 'user' | 'single plane' | null;
  /** Set when the file does not say what its pages are. `guess` is offered, never taken silently. */
  question: { pages: number; message: string; guess: string; choices: string[] } | null;
  type: SampleType;
  channels: ChannelInspection[];
  pixel_size: { x: Quantity | null; y: Quantity | null; z: Quantity | null };
  time_increment: Quantity | null;
  /** Images of the file that are alike, of which this is one; empty when there is one. A stack that is opened brings them all. */
  tiles: { image: number; name: string }[];
  /** Of the microscope's stage, in a unit of the file: how tiles of one recording lie. */
  stage_position: { x: Quantity; y: Quantity } | null;
  warnings: string[];
}

/** How tiles lie. They are numbered down the first column, then down the next. */
export interface TileGrid {
  rows: number;
  columns: number;
}

/** A recipe as JSON; the format belongs to core/recipe. */
export interface Recipe {
  version: number;
  steps: { step: string; settings: Record<string, unknown>; enabled?: boolean }[];
  /** From parseRecipe: what the text did not say and so was assumed; for the user to read, without effect. */
  notes?: string[];
}

export interface PlaneRequest {
  /** 0: as the file has it; n: after the first n steps of the recipe. */
  stage: number;
  input?: number;
  t: number;
  z: number;
  channels: number[];
}

export type Pixels = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

export interface Plane {
  type: SampleType;
  width: number;
  height: number;
  /** One array per requested channel. */
  channels: Pixels[];
}

export interface Progress {
  /** "Measuring backgrounds", "Correcting", ... */
  label: string;
  /** Of the whole job, 0..1, never falling. */
  fraction: number;
  /** Null until it can be told. */
  secondsLeft: number | null;
  itemsDone: number;
  items: number;
  workers: number;
  heapBytes: number;
  /** While a step solves between its passes: which one, and how far it is, 0..1. */
  solving?: { step: number; fraction: number } | null;
}

/** A plane of values that a step has measured or fitted: a flat-field, a gain map. */
export interface StepMap {
  /** Index of the step in the recipe. */
  step: number;
  name: string;
  /** Of the values; empty for ratios. */
  unit: string;
  channel: number;
  height: number;
  width: number;
  /** Rows one after another. */
  values: Float32Array;
}

/** A plane for a file: the name its channel has there, and values as a StepMap has them. */
export type NamedPlane = Pick<StepMap, 'name' | 'height' | 'width' | 'values'>;

export interface JobOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Given each plane that the steps have learnt, when they are fitted (and corrected); without it none leaves the workers. */
  onMap?: (map: StepMap) => void;
}

/** What was learnt: the report without output (docs/recipe.md). */
export type Report = Record<string, unknown> & { recipe: Recipe; steps: ReportStep[] };

/** A step that ran; `details` are the method's own. */
export interface ReportStep {
  step: string;
  settings: Record<string, unknown>;
  /** Settings left null that took what an earlier step had learnt; `from_step` is a place in the recipe. */
  used: { setting: string; from_step: number; from: string; name: string; unit: string; values: (number | null)[] }[];
  learnt: Record<string, { unit: string; values: (number | null)[] }>;
  warnings: string[];
  diagnostics: Record<string, unknown>;
  details: Record<string, unknown>;
}

export interface RunOptions extends JobOptions {
  /** File name of the output, without folder. Of several stacks each has a number added, unless `names` has one for each. */
  name: string;
  names?: readonly string[];
  compression?: 'none' | 'deflate' | 'zstd' | 'lzw';
  /** Where the bytes go; the browser's default is OPFS, with memory as the other path. In Node: the path, and nothing else. */
  sink?: 'auto' | 'opfs' | 'memory' | FileTarget;
  /** Address of the page that restores the recipe: kept in the file and in the report. */
  link?: string;
}

/** A file of the machine Node runs on. The report is written beside it, with `.json` added to the name. */
export interface FileTarget {
  path: string;
  /** False: a file that is there already is an error. */
  overwrite: boolean;
}

export interface RunResult {
  report: Report;
  /** The corrected OME-TIFF, backed by OPFS or memory, readable until the session closes or has made another; null when the recipe
   * only measures, and in Node. */
  file: File | null;
  /** One for each main input, in their order: the first is `file`. */
  files: File[];
  seconds: number;
  peakHeapBytes: number;
}

export interface RecipePlan {
  /** Null when the recipe only measures. Of each stack that comes out, one for each main input; `bytes` is without compression. */
  output: { shape: number[]; type: SampleType; bytes: number; stacks: number } | null;
  /** What a person should know before running it: the result is kept in memory, or may not fit. */
  warnings: string[];
}

/** The error everything rejects with. `tag` is one of the core's error names. */
export interface UnmixErrorShape extends Error {
  tag: ErrorTag;
  message: string;
}

/** An opened stack. */
export interface Session {
  readonly inspections: Inspection[];
  /** How the main stacks lie as tiles, null where their files do not say so. Stacks that lie on a grid are in its order. */
  readonly layout: TileGrid | null;
  /**
   * Gives the inputs of a role, instead of those it had: a profile, dark frames. What was fitted is forgotten. Rejects as open()
   * does; then the inputs are as before. Returns what the new files say of themselves.
   */
  setInputs(role: Exclude<InputRole, 'main'>, inputs: { file: File | string; channel?: string }[]): Promise<Inspection[]>;
  /** Answers the question about the axes: "T", "Z5T", "T9Z20C2", slowest first. */
  setAxes(input: number, axes: string): Promise<Inspection>;
  /** Checks a recipe against the stack; rejects with bad_setting / bad_recipe, naming the setting. */
  plan(recipe: Recipe): Promise<RecipePlan>;
  /** Fits all steps and keeps what was learnt for plane(). `compare` also computes the other choices of each method. */
  fit(recipe: Recipe, options?: JobOptions & { compare?: boolean }): Promise<Report>;
  /** Pixels of a plane. Overtakes running jobs. With stage > 0 uses the last fit() of the recipe given. */
  plane(request: PlaneRequest): Promise<Plane>;
  /** Fits, corrects and writes the whole stack. */
  run(recipe: Recipe, options: RunOptions): Promise<RunResult>;
  close(): Promise<void>;
}

export type SettingKind =
  | 'boolean'
  | 'integer'
  | 'number'
  | 'choice'
  | 'text'
  | 'integer_list'
  | 'number_list'
  | 'text_list'
  | 'text_lists'
  | 'matrix'
  | 'any';

export interface SettingInfo {
  name: string;
  kind: SettingKind;
  /** What an `any` may be; empty: any JSON value. */
  forms: SettingKind[];
  nullable: boolean;
  /** Elements of a list or matrix may be null. */
  elements_nullable: boolean;
  default: unknown;
  choices: string[];
  choice_labels: string[];
  minimum: number | null;
  maximum: number | null;
  exclusive_minimum: boolean;
  /** Elements of a list, rows of a matrix. */
  minimum_length: number | null;
  maximum_length: number | null;
  unit: string;
  label: string;
  meaning: string;
  null_means: string;
  rare: boolean;
  /** False: about the machine, not about the result; links leave it out. */
  in_link: boolean;
  role: string;
  /** All must hold, except that conditions which share a reason are alternatives: one of them is enough. */
  applies_when: { setting: string; values: unknown[]; negated: boolean; reason: string }[];
}

export interface StepKind {
  name: string;
  title: string;
  meaning: string;
  settings: SettingInfo[];
  /** Roles of the inputs it can use besides `main`. */
  inputs: InputRole[];
  /** The option of the command line under which the planes it learns are written; empty or left out: it learns none. */
  planes_option?: string;
}

/** An array of numbers, the last axis of `shape` fastest. */
export interface NamedArray {
  key: string;
  shape: number[];
  values: Float32Array;
}

export type InputRole = 'main' | 'profile' | 'dark' | 'level' | 'mask';

export interface WebUnmix {
  readonly kinds: StepKind[];
  readonly version: string;
  /** JSON Schema of a recipe. */
  readonly schema: Record<string, unknown>;
  /**
   * Opens one or several files together, those of role `main` first. A string is a URL read by range requests, in Node a path. A
   * profile may be an .npz of numpy; several of them are profiles of one channel each, `channel` says whose.
   */
  open(inputs: { role: InputRole; file: File | string; axes?: string; channel?: string }[]): Promise<Session>;
  /** Arrays as an .npz that numpy.load reads. */
  makeNpz(arrays: readonly NamedArray[]): Promise<Uint8Array<ArrayBuffer>>;
  parseRecipe(text: string): Promise<Recipe>;
  formatRecipe(recipe: Recipe): Promise<string>;
  /** Planes of one size, such as the maps of a step, as an OME-TIFF of float32 in which each is a channel. */
  planesFile(name: string, planes: NamedPlane[]): Promise<File>;
  /** Makes an example scene: an OME-TIFF file and its truth. Without `scene`: circles. */
  example(options: {
    scene?: string;
    seed?: number;
    shape?: number[];
    /** Options of the scene (docs/formats.md): `colocalisation`, `alpha`, `noise`, ... */
    [option: string]: unknown;
  }): Promise<{ file: File; truth: Record<string, unknown> }>;
  close(): Promise<void>;
}
