// Remembers which worker worked which plane, because that worker still has its blocks: the next pass sends it there first.
import type { EngineLink } from '../pool/engine-link';

export class Affinity {
  readonly #workers = new Map<string, EngineLink>();

  note(keys: readonly string[], worker: EngineLink): void {
    for (const key of keys) this.#workers.set(key, worker);
  }

  /** The living worker that has the most of `keys`, or null. */
  of(keys: readonly string[]): EngineLink | null {
    const votes = new Map<EngineLink, number>();
    for (const key of keys) {
      const worker = this.#workers.get(key);
      if (worker?.alive) votes.set(worker, (votes.get(worker) ?? 0) + 1);
    }
    let best: EngineLink | null = null;
    for (const [worker, count] of votes) if (!best || count > (votes.get(best) ?? 0)) best = worker;
    return best;
  }
}
