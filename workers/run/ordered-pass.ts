// Has the workers of a crew work the items of a pass, and hands their results on in item order.
//
// At most two items per worker are under way, so that none waits for a message and none is far ahead: an item is handed out only
// within a window behind the first one that is not taken yet. Which worker gets which item depends on who is free and who has its
// planes at hand; the results, taken in item order, do not. The items of a worker that died are worked again, each once.
import { cancelledError, isUnmixError, UnmixError } from '../error';
import type { EngineLink } from '../pool/engine-link';
import type { Affinity } from './affinity';
import type { Crew } from './crew';

export interface OrderedPass<R> {
  count: number;
  /** Planes that item `i` needs (boxes.ts); may be empty. */
  planes(i: number): readonly string[];
  /** The item as a person would call it, for the error when it cannot be worked. */
  name(i: number): string;
  work(worker: EngineLink, i: number): Promise<R>;
  /** Takes results from item `first` on, in order; called again when it is done. */
  take(first: number, results: R[]): Promise<void>;
}

export interface PassContext {
  crew: Crew;
  affinity: Affinity;
  signal: AbortSignal | undefined;
  /** True while the lead solves: it then gets no further items, as long as there are others. */
  leadSolves?: () => boolean;
}

const underWayPerWorker = 2;
/** Items per worker between the first that is not taken and the last that is handed out. */
const windowPerWorker = 4;

export function runOrderedPass<R>(pass: OrderedPass<R>, context: PassContext): Promise<void> {
  return new PassRunner(pass, context).run();
}

class PassRunner<R> {
  readonly #pass: OrderedPass<R>;
  readonly #crew: Crew;
  readonly #affinity: Affinity;
  readonly #signal: AbortSignal | undefined;
  readonly #leadSolves: () => boolean;

  /** Items handed to each worker, oldest first. */
  readonly #underWay = new Map<EngineLink, number[]>();
  /** Items to hand out: those from `#next` on, and those that were handed to a worker that died. */
  #next = 0;
  /** Items beyond `#next` that were handed out before those in front of them. */
  readonly #handedOut = new Set<number>();
  readonly #again: number[] = [];
  readonly #deaths = new Map<number, number>();
  readonly #results = new Map<number, R>();
  #taken = 0;
  #taking = false;
  #replacing = 0;
  #failure: unknown;
  #failed = false;
  #end: (() => void) | null = null;

  constructor(pass: OrderedPass<R>, { crew, affinity, signal, leadSolves }: PassContext) {
    this.#pass = pass;
    this.#crew = crew;
    this.#affinity = affinity;
    this.#signal = signal;
    this.#leadSolves = leadSolves ?? (() => false);
  }

  async run(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    const onAbort = () => this.#fail(cancelledError());
    this.#signal?.addEventListener('abort', onAbort, { once: true });
    if (this.#signal?.aborted) onAbort();
    this.#handOut();
    this.#endWhenQuiet();
    await ended;
    this.#signal?.removeEventListener('abort', onAbort);
    if (this.#failed) throw this.#failure;
  }

  #handOut(): void {
    if (this.#failed) return;
    // One each in turn, so that the first items do not all go to the first worker.
    for (let round = 1; round <= underWayPerWorker; round += 1) {
      for (const worker of this.#crew.links) {
        if (worker === this.#crew.lead && this.#crew.links.length > 1 && this.#leadSolves()) continue;
        if (!worker.alive || (this.#underWay.get(worker)?.length ?? 0) >= round) continue;
        const item = this.#choose(worker);
        if (item !== null) this.#start(worker, item);
      }
    }
  }

  /** An item for `worker`: one whose planes it has at hand, else one nobody has, else another's last. */
  #choose(worker: EngineLink): number | null {
    const end = Math.min(this.#pass.count, this.#taken + windowPerWorker * this.#crew.links.length);
    const again = this.#again.shift();
    if (again !== undefined) return again;
    let nobodys: number | null = null;
    let others: number | null = null;
    for (let i = this.#next; i < end; i += 1) {
      if (this.#handedOut.has(i)) continue;
      const owner = this.#affinity.of(this.#pass.planes(i));
      if (owner === worker) return this.#take(i);
      if (owner === null) nobodys ??= i;
      else others = i;
    }
    const chosen = nobodys ?? others;
    return chosen === null ? null : this.#take(chosen);
  }

  #take(item: number): number {
    this.#handedOut.add(item);
    while (this.#handedOut.delete(this.#next)) this.#next += 1;
    return item;
  }

  #start(worker: EngineLink, item: number): void {
    const mine = this.#underWay.get(worker) ?? [];
    this.#underWay.set(worker, mine);
    mine.push(item);
    this.#pass.work(worker, item).then(
      (result) => {
        mine.splice(mine.indexOf(item), 1);
        this.#affinity.note(this.#pass.planes(item), worker);
        this.#results.set(item, result);
        void this.#takeReady();
        this.#handOut();
        this.#endWhenQuiet();
      },
      (error: unknown) => {
        if (!worker.alive && isUnmixError(error, 'worker_lost')) this.#lost(worker, error);
        else {
          mine.splice(mine.indexOf(item), 1);
          this.#fail(error);
        }
        this.#endWhenQuiet();
      },
    );
  }

  /** All items of a dead worker are worked again; the oldest, which it was working when it died, only once. */
  #lost(worker: EngineLink, error: UnmixError): void {
    const items = this.#underWay.get(worker);
    if (!items) return;
    this.#underWay.delete(worker);
    if (this.#failed) return;
    const [blamed] = items;
    if (blamed !== undefined) {
      const deaths = (this.#deaths.get(blamed) ?? 0) + 1;
      this.#deaths.set(blamed, deaths);
      if (deaths > 1) {
        const message = `Two workers stopped unexpectedly on ${this.#pass.name(blamed)}, perhaps for lack of memory. Run again with fewer workers.`;
        this.#fail(new UnmixError('worker_lost', message, { cause: error }));
      }
    }
    this.#again.push(...items);
    this.#again.sort((a, b) => a - b);
    this.#replacing += 1;
    this.#crew.replace(worker).then(
      () => {
        this.#replacing -= 1;
        this.#handOut();
        this.#endWhenQuiet();
      },
      (reason: unknown) => {
        this.#replacing -= 1;
        // Without its successor the others carry on; without the lead nobody can.
        if (!this.#crew.lead.alive) this.#fail(reason);
        this.#handOut();
        this.#endWhenQuiet();
      },
    );
    this.#handOut();
  }

  async #takeReady(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    try {
      while (!this.#failed && this.#results.has(this.#taken)) {
        const first = this.#taken;
        const ready: R[] = [];
        for (let i = first; this.#results.has(i); i += 1) {
          ready.push(this.#results.get(i) as R);
          this.#results.delete(i);
        }
        await this.#pass.take(first, ready);
        this.#taken += ready.length;
        this.#handOut();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#taking = false;
    this.#endWhenQuiet();
  }

  /** Keeps the first failure; what is under way comes to its end, what waits in the workers is dropped. */
  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#failure = error;
    for (const worker of this.#underWay.keys()) worker.dropItems();
  }

  #endWhenQuiet(): void {
    const busy = this.#taking || this.#replacing > 0 || [...this.#underWay.values()].some((items) => items.length > 0);
    if (busy) return;
    if (!this.#failed && this.#taken < this.#pass.count) {
      this.#fail(new UnmixError('internal', `Nobody is left to work ${this.#pass.name(this.#taken)}.`));
    }
    this.#end?.();
  }
}
