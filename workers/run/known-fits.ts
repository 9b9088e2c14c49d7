// What the steps of the last fit have learnt, so that a fit whose recipe begins alike need not learn it again: a person who turns
// the knobs of the last step does not wait for the first.
import type { Report } from '../api';
import type { OpenInput } from '../pool/setup';
import type { Job } from './job';

interface KnownStep {
  /** The step with its settings, as the core normalised it. */
  key: string;
  /** Null for a step that is switched off. */
  state: Uint8Array | null;
  /** Its entry of the report. */
  entry: unknown;
}

export class KnownFits {
  #inputs: readonly OpenInput[] | null = null;
  #compared = false;
  #steps: KnownStep[] = [];

  /**
   * How many leading steps of the job were fitted before to the same inputs. The last step that is switched on is never among them:
   * it is the one that is looked at, and what only its fit can tell must be there.
   */
  reusable(job: Job, compare: boolean): number {
    if (job.crew.setup.inputs !== this.#inputs || (compare && !this.#compared)) return 0;
    const last = job.plan.steps.findLastIndex(({ enabled }) => enabled);
    let count = 0;
    while (count < last && this.#steps[count]?.key === keyOf(job, count)) count += 1;
    return count;
  }

  /** Tells the workers of the job what the first `count` steps have learnt. */
  async load(job: Job, count: number): Promise<void> {
    for (const [step, { state }] of this.#steps.slice(0, count).entries()) {
      if (state) await job.crew.load(step, state);
      job.progress.endStep(step);
    }
  }

  /** The report's entries of the first `count` steps, by step number, for the core to put into a new report. */
  entries(count: number): Record<string, unknown> {
    const known = this.#steps.slice(0, count).map(({ entry }, step) => [String(step), entry] as const);
    return Object.fromEntries(known.filter(([, entry]) => entry !== null));
  }

  /** Takes what the job has learnt, of which `report` tells. */
  remember(job: Job, compare: boolean, report: Report): void {
    const entries = report.steps.values();
    this.#inputs = job.crew.setup.inputs;
    this.#compared = compare;
    this.#steps = job.plan.steps.map(({ enabled }, step) => ({
      key: keyOf(job, step),
      state: enabled ? (job.crew.setup.states.get(step) ?? null) : null,
      entry: enabled ? (entries.next().value ?? null) : null,
    }));
  }
}

function keyOf(job: Job, step: number): string {
  const { step: name, settings, enabled } = job.plan.steps[step] ?? {};
  return JSON.stringify([name, settings, enabled]);
}
