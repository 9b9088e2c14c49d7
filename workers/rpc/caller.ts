// The asking end of a worker: requests out, answers matched to them by id.
import { UnmixError } from '../error';
import type { CallArguments, CallName, Calls, CallValue, FromWorker, ToWorker } from '../protocol';

export type Post = (message: ToWorker, transfer: Transferable[]) => void;

export interface CallOptions {
  /** Buffers in the arguments that the worker may have; they are empty here afterwards. */
  transfer?: Transferable[];
  onProgress?: (fraction: number) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: UnmixError): void;
  onProgress: ((fraction: number) => void) | undefined;
}

export class Caller<C extends Calls<C>> {
  readonly #post: Post;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closed: UnmixError | null = null;
  #heapBytes = 0;

  constructor(post: Post) {
    this.#post = post;
  }

  /** Requests that are not answered yet. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** The worker's wasm heap when it last answered. */
  get heapBytes(): number {
    return this.#heapBytes;
  }

  call<K extends CallName<C>>(kind: K, args: CallArguments<C, K>, options: CallOptions = {}): Promise<CallValue<C, K>> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {
        resolve: resolve as (value: unknown) => void,
        reject,
        onProgress: options.onProgress,
      });
      try {
        this.#post({ id, kind, args }, options.transfer ?? []);
      } catch (error) {
        this.#pending.delete(id);
        reject(new UnmixError('internal', `The request "${kind}" could not be sent to a worker.`, { cause: error }));
      }
    });
  }

  /** Asks the worker to give up what it has not begun. */
  dropWaiting(): void {
    if (!this.#closed && this.#pending.size > 0) this.#post({ drop: 'waiting' }, []);
  }

  /** Takes a message of the worker, but for `dead`, which is its owner's business. */
  receive(message: FromWorker): void {
    if (!('id' in message)) return;
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if ('progress' in message) {
      pending.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.id);
    this.#heapBytes = message.heap;
    if ('ok' in message) pending.resolve(message.value);
    else pending.reject(UnmixError.fromMessage(message.error));
  }

  /** Rejects everything that waits, oldest first, and all later calls. */
  close(error: UnmixError): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#heapBytes = 0;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }
}
