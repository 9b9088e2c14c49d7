// Keeps the input of a step that is costly to make and wanted again and again, so that it is made once (core/run/pipeline.hpp says
// when that pays): in memory while it is small, in a file otherwise. There is one store at a time; the next may be made from it.
import type { StoredBox } from '../../wasm/webunmix';
import type { Platform } from '../platform';
import type { StoreFile } from '../sink/store-file';
import type { Job } from './job';
import { runOrderedPass } from './ordered-pass';

export class Stores {
  readonly #job: Job;
  readonly #platform: Platform;
  #current: { step: number; file: StoreFile } | null = null;

  constructor(job: Job, platform: Platform) {
    this.#job = job;
    this.#platform = platform;
  }

  /** Makes the store that step `step` wants, for its current pass or, once all steps are fitted, for the output. */
  async prepare(step: number): Promise<void> {
    const { crew, progress, passContext } = this.#job;
    const wanted = await crew.ask('wantsStore', { step });
    if (!wanted) return;
    const { boxes, bytes, plan } = wanted;
    const file = await this.#platform.openStore(bytes);
    try {
      progress.beginPass(step, 'Reading once', boxes, boxes);
      await runOrderedPass<StoredBox>(
        {
          count: boxes,
          planes: () => [],
          name: (i) => `box ${i + 1} of ${boxes} of what step ${step + 1} reads`,
          work: (worker, box) => worker.call('storeBox', { step, plan, box }),
          take: async (_first, made) => {
            await crew.ask('reduceStored', { step, plan, tallies: made.map(({ tally }) => tally) });
            for (const { bytes } of made) await file.append(bytes);
            progress.took(made.length, made.length);
          },
        },
        passContext,
      );
      const before = this.#current;
      if (before && before.step !== step) await crew.dropStore(before.step);
      await crew.useStore(step, plan, await file.source());
      this.#current = { step, file };
      await before?.file.drop();
    } catch (error) {
      if (this.#current?.file !== file) await file.drop();
      throw error;
    }
  }

  /** The job is over. Workers that hold on to a store forget it with their next recipe. */
  async drop(): Promise<void> {
    if (!this.#current) return;
    const { step, file } = this.#current;
    this.#current = null;
    this.#job.crew.setup.forgetStore(step);
    await file.drop();
  }
}
