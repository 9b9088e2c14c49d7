// SHA-256 in a worker of its own. The browser's own digest wants the whole file in memory; hash-wasm takes it piece by piece.
import { createSHA256, type IHasher } from 'hash-wasm';
import { UnmixError } from '../error';
import type { ToWorker } from '../protocol';
import { Server } from '../rpc/server';
import type { HashCalls } from './hash-calls';

declare const self: DedicatedWorkerGlobalScope;

const hashers = new Map<number, IHasher>();

async function hasherOf(id: number): Promise<IHasher> {
  const known = hashers.get(id);
  if (known) return known;
  const hasher = await createSHA256();
  hashers.set(id, hasher);
  return hasher;
}

const calls: HashCalls = {
  async update({ id, blob }) {
    const hasher = await hasherOf(id);
    let bytes: ArrayBuffer;
    try {
      bytes = await blob.arrayBuffer();
    } catch (error) {
      throw new UnmixError(
        'read_failed',
        'The input could not be read any more: it was changed, moved or removed since it was opened. Open it again.',
        { cause: error },
      );
    }
    hasher.update(new Uint8Array(bytes));
  },

  finish({ id }) {
    const hasher = hashers.get(id);
    if (!hasher) throw new UnmixError('internal', 'A checksum was asked for before anything was read.');
    return hasher.digest('hex');
  },

  close({ id }) {
    hashers.delete(id);
  },
};

const server = new Server<HashCalls>(calls, (message, transfer) => self.postMessage(message, transfer));
self.onmessage = ({ data }: MessageEvent<ToWorker>) => server.receive(data);
