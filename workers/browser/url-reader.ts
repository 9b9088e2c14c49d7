// Reads a file of a server by Range requests, inside a worker. Synchronous, because wasm waits for the bytes; only this worker waits.
import { UnmixError } from '../error';
import type { RangeReader } from '../source/range-reader';

export class UrlReader implements RangeReader {
  readonly keepBytes = 64 * 2 ** 20;
  readonly leastBytes = 256 * 2 ** 10;
  readonly name: string;
  readonly size: number;
  readonly #url: string;
  readonly #modified: string | null;

  constructor(spec: { name: string; size: number; url: string; modified: string | null }) {
    this.name = spec.name;
    this.size = spec.size;
    this.#url = spec.url;
    this.#modified = spec.modified;
  }

  readRange(offset: number, length: number): Uint8Array {
    const request = new XMLHttpRequest();
    request.open('GET', this.#url, false);
    request.responseType = 'arraybuffer';
    request.setRequestHeader('Range', `bytes=${offset}-${offset + length - 1}`);
    try {
      request.send();
    } catch (error) {
      throw this.#failed('the server does not answer. Check the connection and try again', error);
    }
    const modified = request.getResponseHeader('Last-Modified');
    if (request.status === 416 || (this.#modified && modified && modified !== this.#modified)) {
      throw this.#failed('the file on the server was changed since it was opened. Open it again');
    }
    if (request.status !== 206) {
      throw this.#failed(`the server answered with status ${request.status} instead of a part of the file. Try again later`);
    }
    const bytes = new Uint8Array(request.response as ArrayBuffer);
    if (bytes.length !== length) {
      throw this.#failed(`the server sent ${bytes.length} bytes instead of ${length}. Try again`);
    }
    return bytes;
  }

  #failed(why: string, cause?: unknown): UnmixError {
    return new UnmixError('read_failed', `${this.name} could not be read: ${why}.`, { cause });
  }
}
