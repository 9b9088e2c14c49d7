// Starts an engine worker and learns of its death. A worker that is closed or killed says nothing, so it holds a lock while it lives:
// when the page gets that lock, the worker is gone.
import type { WorkerEvents, WorkerPort } from '../platform';
import type { FromWorker } from '../protocol';

export function startEngine(events: WorkerEvents): WorkerPort {
  const name = `webunmix-worker-${crypto.randomUUID()}`;
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module', name });
  const watching = new AbortController();
  let watched = false;
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    // With its first answer it holds the lock.
    if (!watched) {
      watched = true;
      watchLock(name, watching.signal, () => events.death('its thread ended'));
    }
    events.message(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    events.death(event.message || 'its program could not be loaded');
  };
  worker.onmessageerror = () => events.death('a message could not be read');
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => {
      watching.abort();
      worker.terminate();
    },
  };
}

function watchLock(name: string, signal: AbortSignal, freed: () => void): void {
  navigator.locks?.request(name, { signal }, () => freed()).catch(() => {});
}
