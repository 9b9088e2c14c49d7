// The page's end of the hash worker, which is started with the first file.
import { UnmixError } from '../error';
import { type Digest, InputHash } from '../hash/input-hash';
import type { FromWorker } from '../protocol';
import { Caller } from '../rpc/caller';
import type { HashCalls } from './hash-calls';

/** Up to this size a file is hashed in one piece, by the browser itself (in secure contexts only). */
const wholeBytes = 256 * 2 ** 20;

export class Hasher {
  #worker: Worker | null = null;
  #caller: Caller<HashCalls> | null = null;
  #files = 0;

  hash(blob: Blob): InputHash {
    const caller = this.#start();
    if (blob.size <= wholeBytes && globalThis.isSecureContext) return wholeHash(caller, blob);
    const id = ++this.#files;
    const digest: Digest = {
      update: (from, to) => caller.call('update', { id, blob: blob.slice(from, to) }),
      finish: () => caller.call('finish', { id }),
      close: () => void caller.call('close', { id }).catch(() => {}),
    };
    return new InputHash(blob.size, digest);
  }

  close(): void {
    this.#worker?.terminate();
    this.#caller?.close(new UnmixError('cancelled', 'The program was closed.'));
  }

  #start(): Caller<HashCalls> {
    if (this.#caller) return this.#caller;
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
    const caller = new Caller<HashCalls>((message, transfer) => worker.postMessage(message, transfer));
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => caller.receive(data);
    worker.onerror = (event) =>
      caller.close(new UnmixError('read_failed', `The checksum could not be computed (${event.message}).`));
    this.#worker = worker;
    this.#caller = caller;
    return caller;
  }
}

function wholeHash(caller: Caller<HashCalls>, blob: Blob): InputHash {
  let hash = '';
  const digest: Digest = {
    update: async () => {
      hash = await caller.call('whole', { blob });
    },
    finish: async () => hash,
    close: () => {},
  };
  return new InputHash(blob.size, digest, Math.max(1, blob.size));
}
