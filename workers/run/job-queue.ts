// Jobs of a program run one after another: they share the workers.
import { unlessAborted } from '../abort';
import { throwIfAborted } from '../error';

export class JobQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `task` when all tasks before it have ended. Rejects at once when `signal` aborts while it waits. */
  async add<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    let free = () => {};
    this.#last = new Promise<void>((resolve) => {
      free = resolve;
    });
    try {
      await unlessAborted(before, signal);
    } catch (error) {
      // The place in the queue is given up, but the next task still waits for those before this one.
      void before.then(free);
      throw error;
    }
    try {
      throwIfAborted(signal);
      return await task();
    } finally {
      free();
    }
  }
}
