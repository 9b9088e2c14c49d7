// The workers of one job: the lead and the others, told what they must know, replaced when they die, stopped when it is cancelled.

import type { EngineCalls } from '../engine/calls';
import { cancelledError, isUnmixError, throwIfAborted, UnmixError } from '../error';
import type { EngineLink } from '../pool/engine-link';
import type { Pool } from '../pool/pool';
import type { Setup } from '../pool/setup';
import type { CallArguments, CallName, CallValue } from '../protocol';
import type { CallOptions } from '../rpc/caller';
import type { SourceSpec } from '../source/spec';

/** What a cancelled job gives a worker to come to the end of what it does; then the worker is stopped. */
const graceMs = 350;

export class Crew {
  readonly lead: EngineLink;
  readonly setup: Setup;
  readonly signal: AbortSignal | undefined;
  readonly #pool: Pool;
  #links: EngineLink[];
  #disbanded = false;
  #killTimer: ReturnType<typeof setTimeout> | undefined;

  private constructor(pool: Pool, setup: Setup, links: EngineLink[], signal: AbortSignal | undefined) {
    this.#pool = pool;
    this.setup = setup;
    this.signal = signal;
    this.#links = links;
    this.lead = links[0] as EngineLink;
  }

  /** Workers with the inputs open and the recipe planned; and the plan as JSON. */
  static async assemble(pool: Pool, setup: Setup, signal?: AbortSignal): Promise<{ crew: Crew; plan: string }> {
    const crew = new Crew(pool, setup, await pool.workers(), signal);
    try {
      throwIfAborted(signal);
      signal?.addEventListener('abort', crew.#onAbort, { once: true });
      const plan = await crew.#withLead(() => setup.begin(crew.lead));
      await crew.#tellOthers((link) => setup.begin(link));
      throwIfAborted(signal);
      return { crew, plan };
    } catch (error) {
      crew.disband();
      throw signal?.aborted ? cancelledError() : error;
    }
  }

  /** The job is over: its signal means nothing to the workers any more. */
  disband(): void {
    this.#disbanded = true;
    this.signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#killTimer);
  }

  /** The workers that live, the lead first. */
  get links(): readonly EngineLink[] {
    return this.#links;
  }

  get heapBytes(): number {
    return this.#pool.heapBytes;
  }

  /** Calls the lead. Rejects with `cancelled` once the signal has aborted. */
  async ask<K extends CallName<EngineCalls>>(
    kind: K,
    args: CallArguments<EngineCalls, K>,
    options?: CallOptions,
  ): Promise<CallValue<EngineCalls, K>> {
    throwIfAborted(this.signal);
    const value = await this.#withLead(() => this.lead.call(kind, args, options));
    throwIfAborted(this.signal);
    return value;
  }

  /** Tells all workers what step `step` has learnt so far. */
  async load(step: number, state: Uint8Array): Promise<void> {
    this.setup.remember(step, state);
    await this.#tellAll((link) => link.call('load', { step, state }));
  }

  async useStore(step: number, plan: Uint8Array, source: SourceSpec): Promise<void> {
    this.setup.rememberStore(step, plan, source);
    await this.#tellAll((link) => link.call('useStore', { step, plan, source }));
  }

  async dropStore(step: number): Promise<void> {
    this.setup.forgetStore(step);
    await this.#tellAll((link) => link.call('dropStore', { step }));
  }

  /** A worker in the place of `dead`, told everything so far. The lead cannot be replaced: the fit died with it. */
  async replace(dead: EngineLink): Promise<void> {
    if (dead === this.lead) throw leadLost();
    this.#links = this.#links.filter((link) => link !== dead);
    const link = await this.#pool.replace(dead);
    await this.setup.bringUpToDate(link);
    this.#links.push(link);
  }

  readonly #onAbort = (): void => {
    for (const link of this.#links) link.dropItems();
    this.#killTimer = setTimeout(() => {
      if (this.#disbanded) return;
      for (const link of this.#links) if (link.waiting > 0) link.kill('it was cancelled');
    }, graceMs);
  };

  async #withLead<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      if (this.lead.alive || !isUnmixError(error, 'worker_lost')) throw error;
      throw this.signal?.aborted ? cancelledError() : leadLost(error);
    }
  }

  async #tellAll(tell: (link: EngineLink) => Promise<unknown>): Promise<void> {
    await Promise.all([this.#withLead(() => tell(this.lead)), this.#tellOthers(tell)]);
    throwIfAborted(this.signal);
  }

  /** Whoever dies meanwhile is replaced; its successor learns the same from the setup. */
  async #tellOthers(tell: (link: EngineLink) => Promise<unknown>): Promise<void> {
    const others = this.#links.filter((link) => link !== this.lead);
    await Promise.all(
      others.map(async (link) => {
        try {
          await tell(link);
        } catch (error) {
          if (link.alive || !isUnmixError(error, 'worker_lost')) throw error;
          throwIfAborted(this.signal);
          await this.replace(link);
        }
      }),
    );
  }
}

function leadLost(cause?: unknown): UnmixError {
  return new UnmixError(
    'worker_lost',
    'The worker that holds the fit stopped unexpectedly, perhaps for lack of memory. Nothing was written. Run again, with fewer workers if it happens again.',
    { cause },
  );
}
