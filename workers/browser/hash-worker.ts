// SHA-256 in a worker of its own. The browser's own digest is several times faster, but wants the whole file in memory; hash-wasm
// takes it piece by piece.
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

async function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new UnmixError(
      'read_failed',
      'The input could not be read any more: it was changed, moved or removed since it was opened. Open it again.',
      { cause: error },
    );
  }
}

const calls: HashCalls = {
  async whole({ blob }) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await bytesOf(blob)));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  },

  async update({ id, blob }) {
    const hasher = await hasherOf(id);
    hasher.update(new Uint8Array(await bytesOf(blob)));
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
