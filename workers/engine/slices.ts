// How much solving to ask for at once, so that a slice takes about 30 ms and nothing else in the worker waits longer.
//
// What a step learns does not depend on how its solving is sliced; only how long others wait does.

const targetMs = 30;
const least = 1e4;
const most = 1e12;

export class SliceLength {
  #work = 1e6;

  /** Elementary operations to ask for (one voxel visited once is one). */
  get work(): number {
    return this.#work;
  }

  /** Learns from a slice of `work` operations that took `ms` and was not the last. */
  took(ms: number): void {
    const factor = Math.min(4, Math.max(0.25, targetMs / Math.max(ms, 0.5)));
    this.#work = Math.round(Math.min(most, Math.max(least, this.#work * factor)));
  }
}
