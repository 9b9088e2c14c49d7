// The engine workers of a program: those that share the items of a job, the first of which leads, and one, the desk, that is kept
// free for what a person waits for: opening, checking a recipe, planes to look at.
import { isUnmixError } from '../error';
import type { Platform } from '../platform';
import { DeskQueue } from './desk-queue';
import { EngineLink } from './engine-link';

/** What the module says of itself when it starts. */
export interface About {
  kinds: string;
  schema: string;
  version: string;
}

/** More workers than this gain little and take memory. */
const mostWorkers = 8;

export class Pool {
  readonly size: number;
  readonly #platform: Platform;
  #module: Promise<WebAssembly.Module> | null = null;
  #about: About | null = null;
  #desk: EngineLink | null = null;
  readonly #deskQueue = new DeskQueue();
  readonly #workers: (EngineLink | null)[];
  readonly #all = new Set<EngineLink>();
  #peakHeapBytes = 0;
  #closed = false;

  constructor(platform: Platform, size = platform.processors) {
    this.#platform = platform;
    this.size = Math.max(1, Math.min(mostWorkers, Math.floor(size)));
    this.#workers = Array.from({ length: this.size }, () => null);
  }

  /** Starts the desk, so that what the module says of itself is known. */
  async start(): Promise<About> {
    await this.atDesk(async () => {}, true);
    return this.#about as About;
  }

  /** All wasm heaps together, now. */
  get heapBytes(): number {
    let sum = 0;
    for (const link of this.#all) sum += link.heapBytes;
    return sum;
  }

  /** The largest heapBytes since the last resetPeak(). */
  get peakHeapBytes(): number {
    return this.#peakHeapBytes;
  }

  resetPeak(): void {
    this.#peakHeapBytes = this.heapBytes;
  }

  /**
   * Runs `task` with the desk, alone and after the tasks before it, unless it is urgent: then before those that wait. A task whose
   * worker dies under it is done once more with a new one.
   */
  atDesk<T>(task: (desk: EngineLink) => Promise<T>, urgent = false): Promise<T> {
    return this.#deskQueue.add(async () => {
      const desk = await this.#liveDesk();
      try {
        return await task(desk);
      } catch (error) {
        if (!isUnmixError(error, 'worker_lost') || desk.alive || this.#closed) throw error;
        return task(await this.#liveDesk());
      }
    }, urgent);
  }

  /** Gives the desk's memory back when nobody waits for it; the next task starts it anew. */
  restDesk(): void {
    if (!this.#desk || !this.#deskQueue.idle) return;
    this.#stop(this.#desk);
    this.#desk = null;
  }

  /** The workers of the pool, started where they are missing; fewer than `size` when the machine has no room for all. */
  async workers(): Promise<EngineLink[]> {
    const starts = this.#workers.map(async (link, i) => {
      if (!link?.alive) this.#workers[i] = await this.#start(`Worker ${i + 1} of ${this.size}`);
    });
    const failed = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
    const living = this.living;
    if (failed && living.length === 0) throw failed.reason;
    return living;
  }

  /** A new worker in the place of one that died. */
  async replace(dead: EngineLink): Promise<EngineLink> {
    const link = await this.#start(dead.name);
    const place = this.#workers.indexOf(dead);
    if (place >= 0) this.#workers[place] = link;
    return link;
  }

  /** The workers of the pool that live, without starting any. */
  get living(): EngineLink[] {
    return this.#workers.filter((link): link is EngineLink => link?.alive === true);
  }

  /** Every worker that lives, the desk too. */
  get everyone(): EngineLink[] {
    return [...this.#all].filter((link) => link.alive);
  }

  /** Deletes the Engine of each worker that `which` names: its blocks, its inputs, what it has learnt. */
  async release(which: (link: EngineLink) => boolean): Promise<void> {
    await Promise.all(
      this.everyone.filter(which).map(async (link) => {
        link.forget();
        await link.call('release', null).catch((error: unknown) => {
          if (link.alive) throw error;
        });
      }),
    );
  }

  close(): void {
    this.#closed = true;
    for (const link of [...this.#all]) this.#stop(link);
    this.#desk = null;
  }

  async #liveDesk(): Promise<EngineLink> {
    if (!this.#desk?.alive) this.#desk = await this.#start('The worker for viewing');
    return this.#desk;
  }

  async #start(name: string): Promise<EngineLink> {
    this.#module ??= this.#platform.compileModule();
    const module = await this.#module.catch((error: unknown) => {
      this.#module = null;
      throw error;
    });
    const link = new EngineLink(this.#platform, name);
    link.onAnswer = () => {
      this.#peakHeapBytes = Math.max(this.#peakHeapBytes, this.heapBytes);
    };
    link.onEnd = () => this.#all.delete(link);
    this.#all.add(link);
    try {
      this.#about = await link.call('start', { module });
    } catch (error) {
      this.#stop(link);
      throw error;
    }
    if (this.#closed) this.#stop(link);
    return link;
  }

  #stop(link: EngineLink): void {
    link.kill('it was closed');
  }
}
