// One job: a recipe over the open inputs of a session, from planning to what was learnt. Fitting and writing are in files of their
// own; this is what they share.
import type { JobOptions } from '../api';
import { asUnmixError, cancelledError, isUnmixError } from '../error';
import type { Platform } from '../platform';
import type { Pool } from '../pool/pool';
import type { Setup } from '../pool/setup';
import { Affinity } from './affinity';
import { Crew } from './crew';
import type { PassContext } from './ordered-pass';
import { parsePlan, type RunPlan } from './plan';
import { ProgressMeter } from './progress';
import { Stores } from './stores';

export class Job {
  readonly crew: Crew;
  readonly plan: RunPlan;
  readonly progress: ProgressMeter;
  readonly stores: Stores;
  readonly #affinity = new Affinity();

  private constructor(crew: Crew, plan: RunPlan, platform: Platform, options: JobOptions) {
    this.crew = crew;
    this.plan = plan;
    this.progress = new ProgressMeter(
      plan.steps.map((step) => step.enabled && step.fits),
      (plan.output?.boxes ?? 0) * (plan.output?.stacks ?? 0),
      { workers: crew.links.length, heapBytes: () => crew.heapBytes, tell: options.onProgress },
    );
    this.stores = new Stores(this, platform);
  }

  get signal(): AbortSignal | undefined {
    return this.crew.signal;
  }

  get passContext(): PassContext {
    return { crew: this.crew, affinity: this.#affinity, signal: this.signal };
  }

  /** Plans the recipe of `setup` on all workers, has `task` do the job, and clears up after it however it ends. */
  static async run<T>(
    { pool, setup, platform, options }: { pool: Pool; setup: Setup; platform: Platform; options: JobOptions },
    task: (job: Job) => Promise<T>,
  ): Promise<T> {
    const { crew, plan } = await Crew.assemble(pool, setup, options.signal);
    const job = new Job(crew, parsePlan(plan), platform, options);
    try {
      return await task(job);
    } catch (error) {
      // A worker that is stopped because the job was cancelled makes calls fail in other ways.
      if (options.signal?.aborted && !isUnmixError(error, 'cancelled')) throw cancelledError();
      throw asUnmixError(error);
    } finally {
      crew.disband();
      await job.stores.drop();
    }
  }
}
