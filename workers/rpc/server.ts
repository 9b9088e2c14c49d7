// The answering end of a worker: one request at a time, the most urgent first.
//
// A call into wasm cannot be interrupted, so between two requests the server lets newly arrived messages in: what a person waits
// for (a plane to look at) then overtakes the items of a run that wait in the queue.
import { asUnmixError, cancelledError, isUnmixError } from '../error';
import type { CallName, Calls, FromWorker, Request, ToWorker } from '../protocol';
import { nextTask } from './next-task';
import { buffersIn } from './transfer';

export interface ServerOptions<C> {
  /** 0 is the most urgent. Requests of equal urgency are served in the order in which they came. */
  urgency?: (kind: keyof C) => number;
  /** Urgency of the requests that a `drop` gives up. */
  droppable?: number;
  /** Bytes of the wasm heap, told with every answer. */
  heapBytes?: () => number;
  /** Whether an error that is not one of ours leaves the worker unusable. */
  fatal?: boolean;
}

export class Server<C extends Calls<C>> {
  readonly #calls: C;
  readonly #post: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #options: ServerOptions<C>;
  readonly #queues: Request[][] = [];
  #running = false;
  #dead = false;

  constructor(calls: C, post: (message: FromWorker, transfer: Transferable[]) => void, options: ServerOptions<C> = {}) {
    this.#calls = calls;
    this.#post = post;
    this.#options = options;
  }

  receive(message: ToWorker): void {
    if (this.#dead) return;
    if ('drop' in message) {
      for (const request of this.#queue(this.#options.droppable ?? 0).splice(0)) this.#fail(request, cancelledError());
      return;
    }
    this.#queue(this.#options.urgency?.(message.kind as CallName<C>) ?? 0).push(message);
    if (!this.#running) void this.#serve();
  }

  #queue(urgency: number): Request[] {
    while (this.#queues.length <= urgency) this.#queues.push([]);
    return this.#queues[urgency] as Request[];
  }

  async #serve(): Promise<void> {
    this.#running = true;
    for (;;) {
      const request = this.#queues.find((queue) => queue.length > 0)?.shift();
      if (!request || this.#dead) break;
      await this.#answer(request);
      await nextTask();
    }
    this.#running = false;
  }

  async #answer(request: Request): Promise<void> {
    const { id, kind, args } = request;
    try {
      const call = this.#calls[kind as CallName<C>];
      const context = { progress: (progress: number) => this.#post({ id, progress }, []) };
      const value = await call.call(this.#calls, args, context);
      this.#post({ id, ok: true, value, heap: this.#heap() }, buffersIn(value));
    } catch (error) {
      if (this.#options.fatal && !isUnmixError(error)) {
        this.#dead = true;
        this.#post({ dead: error instanceof Error ? error.message : String(error) }, []);
      } else {
        this.#fail(request, error);
      }
    }
  }

  #fail({ id }: Request, error: unknown): void {
    this.#post({ id, error: asUnmixError(error).toMessage(), heap: this.#heap() }, []);
  }

  #heap(): number {
    return this.#options.heapBytes?.() ?? 0;
  }
}
