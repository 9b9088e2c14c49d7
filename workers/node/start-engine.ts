// Starts an engine worker as a worker thread, and learns of its death.
import { Worker } from 'node:worker_threads';
import type { WorkerEvents, WorkerPort } from '../platform';
import type { FromWorker } from '../protocol';

export function startEngine(script: URL, events: WorkerEvents): WorkerPort {
  const worker = new Worker(script);
  worker.on('message', (message: FromWorker) => events.message(message));
  worker.on('messageerror', () => events.death('a message could not be read'));
  worker.on('error', (error: Error) => events.death(error.message));
  worker.on('exit', (code) => events.death(`its thread ended with code ${code}`));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer as ArrayBuffer[]),
    terminate: () => void worker.terminate(),
  };
}
