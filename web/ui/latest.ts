// Runs a task one at a time and, when it was asked for again meanwhile, once more with the newest state: nothing piles up while
// a slider is dragged, and the last state always wins.

export function latest(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  const loop = async () => {
    do {
      again = false;
      await task();
    } while (again);
  };
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = loop().finally(() => {
      running = null;
    });
    return running;
  };
}
