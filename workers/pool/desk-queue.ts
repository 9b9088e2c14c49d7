// One task at a time, urgent ones first: what is asked of the viewing worker often takes several calls that belong together.

export class DeskQueue {
  readonly #urgent: (() => Promise<void>)[] = [];
  readonly #others: (() => Promise<void>)[] = [];
  #running = false;

  /** No task runs or waits. */
  get idle(): boolean {
    return !this.#running;
  }

  add<T>(task: () => Promise<T>, urgent: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      (urgent ? this.#urgent : this.#others).push(() => task().then(resolve, reject));
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let task = this.#next(); task; task = this.#next()) await task();
    this.#running = false;
  }

  #next(): (() => Promise<void>) | undefined {
    return this.#urgent.shift() ?? this.#others.shift();
  }
}
