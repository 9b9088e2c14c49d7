// An opened stack: looking at it, fitting a recipe to it, correcting it. The same in the browser and in Node.
import { anySignal, unlessAborted } from './abort';
import type {
  InputRole,
  Inspection,
  JobOptions,
  Plane,
  PlaneRequest,
  Recipe,
  RecipePlan,
  Report,
  RunOptions,
  RunResult,
  Session,
  TileGrid,
} from './api';
import { UnmixError } from './error';
import type { InputHash } from './hash/input-hash';
import { readPlane } from './look';
import type { Platform } from './platform';
import type { EngineLink } from './pool/engine-link';
import { layoutOf, type OpenedInput, openAll } from './pool/open-inputs';
import type { Pool } from './pool/pool';
import { type OpenInput, openInputs, Setup } from './pool/setup';
import { fitSteps } from './run/fit';
import { Job } from './run/job';
import type { JobQueue } from './run/job-queue';
import { KnownFits } from './run/known-fits';
import { handOutMaps } from './run/maps';
import { writeOutput } from './run/output';
import { parsePlan, type RunPlan } from './run/plan';
import type { RunOutput } from './sink/sink';

export interface SessionParts {
  pool: Pool;
  platform: Platform;
  jobs: JobQueue;
  /** Starts the workers and opens the inputs in them before they are needed. */
  eager: boolean;
  closed: (session: Session) => void;
}

/** What the last fit has learnt, for looking at corrected planes. */
interface Fitted {
  setup: Setup;
  plan: RunPlan;
}

export class StackSession implements Session {
  readonly #parts: SessionParts;
  /** Of the files each input was made from. */
  readonly #hashes = new Map<OpenInput['files'], (InputHash | null)[]>();
  readonly #closing = new AbortController();
  #inputs: readonly OpenInput[];
  #inspections: Inspection[];
  #fitted: Fitted | null = null;
  readonly #known = new KnownFits();
  /** Holds the files of the last run. */
  #result: RunOutput | null = null;

  constructor(parts: SessionParts, opened: readonly OpenedInput[]) {
    this.#parts = parts;
    this.#inputs = opened.map(({ input }) => input);
    this.#inspections = opened.map(({ inspection }) => inspection);
    this.#hashNewFiles();
    this.#warmUp();
  }

  /** What the workers are to have open; replaced when it changes. */
  get inputs(): readonly OpenInput[] {
    return this.#inputs;
  }

  get inspections(): Inspection[] {
    return this.#inspections;
  }

  get layout(): TileGrid | null {
    const layout = layoutOf(this.#inputs.map((input, i) => ({ input, inspection: this.#inspections[i] as Inspection })));
    return layout && { rows: layout.rows, columns: layout.columns };
  }

  async setInputs(
    role: Exclude<InputRole, 'main'>,
    inputs: { file: File | string; channel?: string }[],
  ): Promise<Inspection[]> {
    this.#checkOpen();
    return this.#parts.pool.atDesk(async (desk) => {
      const kept = this.#inputs.flatMap((input, i) => {
        const inspection = this.#inspections[i];
        return input.role === role || !inspection ? [] : [{ input, inspection }];
      });
      const opened = await openAll(desk, this.#parts.platform, [...kept, ...inputs.map((input) => ({ role, ...input }))]);
      this.#inputs = opened.map(({ input }) => input);
      this.#inspections = opened.map(({ inspection }) => inspection);
      desk.knownInputs = this.#inputs;
      this.#fitted = null;
      this.#hashNewFiles();
      this.#warmUp();
      return this.#inspections.slice(kept.length);
    });
  }

  async setAxes(input: number, axes: string): Promise<Inspection> {
    this.#checkOpen();
    return this.#parts.pool.atDesk(async (desk) => {
      await openInputs(desk, this.#inputs);
      const inspection = JSON.parse(await desk.call('setAxes', { input, axes })) as Inspection;
      const index = await desk.call('inputIndex', { input });
      this.#inputs = this.#inputs.map((known, i) => (i === input ? { ...known, index } : known));
      this.#inspections = this.#inspections.map((known, i) => (i === input ? inspection : known));
      desk.forget();
      desk.knownInputs = this.#inputs;
      this.#fitted = null;
      this.#warmUp();
      return inspection;
    });
  }

  async plan(recipe: Recipe): Promise<RecipePlan> {
    this.#checkOpen();
    const plan = await this.#parts.pool.atDesk(async (desk) => {
      await openInputs(desk, this.#inputs);
      desk.knownFit = null;
      return parsePlan(await desk.call('setRecipe', { recipe: JSON.stringify(recipe) }));
    });
    if (!plan.output) return { output: null, warnings: [] };
    const { shape, type, bytes, stacks } = plan.output;
    return { output: { shape, type, bytes, stacks }, warnings: await this.#parts.platform.warnings(bytes * stacks) };
  }

  async fit(recipe: Recipe, options: JobOptions & { compare?: boolean } = {}): Promise<Report> {
    return this.#job(recipe, options, async (job) => {
      const compare = options.compare ?? false;
      const known = this.#known.reusable(job, compare);
      await this.#known.load(job, known);
      await fitSteps(job, compare, known);
      await handOutMaps(job, options);
      const extras = { inputs: this.#inputFacts(), known_steps: this.#known.entries(known) };
      const report = JSON.parse(await job.crew.ask('report', { extras: JSON.stringify(extras) })) as Report;
      this.#fitted = { setup: job.crew.setup, plan: job.plan };
      this.#known.remember(job, compare, report);
      job.progress.finish();
      return report;
    });
  }

  async plane(request: PlaneRequest): Promise<Plane> {
    this.#checkOpen();
    return this.#parts.pool.atDesk(async (desk) => {
      await openInputs(desk, this.#inputs);
      const shape =
        request.stage === 0 ? this.#inspections[request.input ?? 0]?.shape : await this.#prepareStage(desk, request.stage);
      if (!shape)
        throw new UnmixError('axes_needed', 'What the pages of the file are must be said before a plane can be shown.');
      return readPlane(desk, request, shape);
    }, true);
  }

  async run(recipe: Recipe, options: RunOptions): Promise<RunResult> {
    const { pool, platform } = this.#parts;
    pool.restDesk();
    return this.#job(recipe, { ...options, release: true }, async (job) => {
      const began = performance.now();
      const times: Record<string, unknown> = { started: new Date().toISOString() };
      const since = (from: number) => Math.round(performance.now() - from) / 1000;
      await fitSteps(job, false);
      this.#fitted = { setup: job.crew.setup, plan: job.plan };
      times.fit_s = since(began);

      const output = job.plan.output ? await platform.openOutput(options) : null;
      try {
        if (output) {
          const writing = performance.now();
          const { name, names = [], compression = 'deflate', link = '' } = options;
          await writeOutput(job, { name, names, compression, link }, output);
          times.output_s = since(writing);
        }
        await handOutMaps(job, options);
        const hashes = await this.#awaitHashes(job);
        Object.assign(times, { total_s: since(began), workers: job.crew.links.length, runtime: platform.runtime });
        const extras = { inputs: this.#inputFacts(hashes), link: options.link ?? '', times };
        const report = JSON.parse(await job.crew.ask('report', { extras: JSON.stringify(extras) })) as Report;
        const files = (await output?.commit(report)) ?? [];
        const before = this.#result;
        this.#result = output;
        await before?.discard();
        job.progress.finish();
        return { report, file: files[0] ?? null, files, seconds: since(began), peakHeapBytes: pool.peakHeapBytes };
      } catch (error) {
        await output?.discard();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    for (const hash of this.#allHashes()) hash.stop();
    const { jobs, pool } = this.#parts;
    // After the job that has just been aborted, and before the next one.
    await jobs.add(() => pool.release((link) => link.knownInputs === this.#inputs));
    await this.#result?.discard();
    this.#parts.closed(this);
  }

  /**
   * Runs a job when those before it have ended, with the hashes at rest. `release`: afterwards the workers give up the stack and the
   * blocks they keep; otherwise the next job finds them.
   */
  async #job<T>(recipe: Recipe, options: JobOptions & { release?: boolean }, task: (job: Job) => Promise<T>): Promise<T> {
    this.#checkOpen();
    const { pool, platform, jobs } = this.#parts;
    const { signal, release } = anySignal([options.signal, this.#closing.signal]);
    const paused = this.#allHashes();
    for (const hash of paused) hash.pause();
    try {
      return await jobs.add(async () => {
        pool.resetPeak();
        const setup = new Setup(this.#inputs, JSON.stringify(recipe));
        try {
          return await Job.run({ pool, setup, platform, options: { ...options, signal } }, task);
        } finally {
          const { living } = pool;
          if (options.release) await pool.release((link) => living.includes(link));
        }
      }, signal);
    } finally {
      release();
      for (const hash of paused) hash.resume();
    }
  }

  /** Has the desk hold what the last fit has learnt. Returns the shape after `stage` steps. */
  async #prepareStage(desk: EngineLink, stage: number): Promise<Inspection['shape']> {
    const fitted = this.#fitted;
    if (!fitted) throw new UnmixError('bad_recipe', 'A corrected plane can be shown when the recipe has been fitted.');
    if (desk.knownFit !== fitted) {
      await fitted.setup.bringUpToDate(desk);
      desk.knownFit = fitted;
    }
    const { output, steps } = fitted.plan;
    return (stage === steps.length && output?.shape) || this.#inspections[0]?.shape || null;
  }

  async #awaitHashes(job: Job): Promise<(string | null)[]> {
    if (this.#allHashes().some((hash) => !hash.finished)) job.progress.beginUncounted('Computing the checksum of the input');
    const ofInput = async ({ files }: OpenInput) => {
      const sums = await Promise.all(this.#hashes.get(files)?.map((hash) => hash?.result() ?? null) ?? []);
      return sums.every((sum) => sum !== null) ? sums.join(' ') : null;
    };
    return unlessAborted(Promise.all(this.#inputs.map(ofInput)), job.signal);
  }

  #allHashes(): InputHash[] {
    return [...this.#hashes.values()].flat().filter((hash) => hash !== null);
  }

  /** Begins with the files that have come, and lets go of those that went. */
  #hashNewFiles(): void {
    const now = new Set(this.#inputs.map(({ files }) => files));
    for (const [files, hashes] of this.#hashes) {
      if (now.has(files)) continue;
      for (const hash of hashes) hash?.stop();
      this.#hashes.delete(files);
    }
    for (const files of now) {
      if (!this.#hashes.has(files))
        this.#hashes.set(
          files,
          files.map((file) => this.#parts.platform.hash(file)),
        );
    }
  }

  #inputFacts(
    hashes: (string | null)[] = [],
  ): { role: string; name: string; format?: string; size: number; sha256: string | null }[] {
    return this.#inputs.map(({ role, source, files }, i) => {
      const { name = source.name, format } = this.#inspections[i] ?? {};
      return {
        role,
        name,
        // What the core has of a profile in an .npz is a file made of it.
        ...(format ? { format } : {}),
        size: files.reduce((sum, { size }) => sum + size, 0),
        sha256: hashes[i] ?? null,
      };
    });
  }

  #warmUp(): void {
    const { eager, jobs, pool } = this.#parts;
    if (!eager || this.#inspections.some(({ question }) => question)) return;
    const inputs = this.#inputs;
    const opening = jobs.add(async () => {
      const workers = await pool.workers();
      await Promise.all(workers.map((link) => openInputs(link, inputs)));
    }, this.#closing.signal);
    // Whatever is wrong shows again, and to somebody, when the workers are needed.
    opening.catch(() => {});
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new UnmixError('cancelled', 'The stack was closed.');
  }
}
