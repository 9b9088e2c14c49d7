// One engine worker as the driver sees it: calls that return promises, the worker's heap, and its death.

import type { EngineCalls } from '../engine/calls';
import { UnmixError } from '../error';
import type { Platform, WorkerPort } from '../platform';
import type { CallArguments, CallName, CallValue } from '../protocol';
import { Caller, type CallOptions } from '../rpc/caller';

export class EngineLink {
  readonly name: string;
  readonly #port: WorkerPort;
  readonly #caller: Caller<EngineCalls>;
  #alive = true;
  /** Called after each answer. */
  onAnswer: (() => void) | null = null;
  /** Called when the worker has ended, however it did. */
  onEnd: (() => void) | null = null;
  /** The inputs the worker has open, and the fit it has loaded: so that it is not told twice. */
  knownInputs: object | null = null;
  knownFit: object | null = null;

  constructor(platform: Platform, name: string) {
    this.name = name;
    this.#port = platform.startEngine({
      message: (message) => {
        if ('dead' in message) this.kill(`its program failed (${message.dead})`);
        else {
          this.#caller.receive(message);
          this.onAnswer?.();
        }
      },
      death: (reason) => this.kill(reason),
    });
    this.#caller = new Caller((message, transfer) => this.#port.post(message, transfer));
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Calls that are not answered yet. */
  get waiting(): number {
    return this.#caller.waiting;
  }

  get heapBytes(): number {
    return this.#caller.heapBytes;
  }

  call<K extends CallName<EngineCalls>>(
    kind: K,
    args: CallArguments<EngineCalls, K>,
    options?: CallOptions,
  ): Promise<CallValue<EngineCalls, K>> {
    return this.#caller.call(kind, args, options);
  }

  /** Has the worker give up the items it has not begun. */
  dropItems(): void {
    this.#caller.dropWaiting();
  }

  /** The worker's Engine is about to be deleted: what it knew is gone. */
  forget(): void {
    this.knownInputs = null;
    this.knownFit = null;
  }

  /** Stops the worker, whatever it does. Calls that wait are rejected with worker_lost. */
  kill(reason: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#port.terminate();
    this.#caller.close(new UnmixError('worker_lost', `${this.name} stopped: ${reason}.`));
    this.onEnd?.();
  }
}
