// Writes files of the private file system, straight from the buffers that arrive: one handle a file, this worker alone holds it.
import { UnmixError } from '../error';
import type { ToWorker } from '../protocol';
import { Server } from '../rpc/server';
import type { WriterCalls } from './writer-calls';

declare const self: DedicatedWorkerGlobalScope;

const handles = new Map<number, FileSystemSyncAccessHandle>();

function handleOf(id: number): FileSystemSyncAccessHandle {
  const handle = handles.get(id);
  if (!handle) throw new UnmixError('internal', 'A file of the private file system was written after it was closed.');
  return handle;
}

function failed(error: unknown): UnmixError {
  const full = error instanceof DOMException && (error.name === 'QuotaExceededError' || error.name === 'NoSpaceError');
  const message = full
    ? "The browser's private storage is full. Free disk space, or choose a compression or a smaller output type, and run again."
    : `The browser's private storage could not be written (${error instanceof Error ? error.message : String(error)}). Free disk space or reload the page, and run again.`;
  return new UnmixError('write_failed', message, { cause: error });
}

const calls: WriterCalls = {
  async open({ id, handle }) {
    try {
      handles.set(id, await handle.createSyncAccessHandle());
    } catch (error) {
      throw failed(error);
    }
  },

  write({ id, offset, bytes }) {
    const handle = handleOf(id);
    let done = 0;
    while (done < bytes.length) {
      let wrote: number;
      try {
        wrote = handle.write(bytes.subarray(done) as Uint8Array<ArrayBuffer>, { at: offset + done });
      } catch (error) {
        throw failed(error);
      }
      if (wrote === 0) throw failed(new DOMException('nothing more could be written', 'QuotaExceededError'));
      done += wrote;
    }
    return bytes.buffer;
  },

  finish({ id }) {
    // Not flushed: the file is read from here, and gone when the page is.
    handleOf(id).close();
    handles.delete(id);
  },

  abandon({ id }) {
    handles.get(id)?.close();
    handles.delete(id);
  },
};

const server = new Server<WriterCalls>(calls, (message, transfer) => self.postMessage(message, transfer));
self.onmessage = ({ data }: MessageEvent<ToWorker>) => server.receive(data);
