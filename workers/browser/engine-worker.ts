// The engine worker in a browser: a module worker that holds a lock named after it, so that the page learns when it is gone.
import createModule from '#webunmix';
import { serveEngine } from '../engine/serve';
import { UnmixError } from '../error';
import type { ToWorker } from '../protocol';
import type { RangeReader } from '../source/range-reader';
import { SharedReader } from '../source/shared-reader';
import type { SourceSpec } from '../source/spec';
import { BlobReader } from './blob-reader';
import { holdLock } from './opfs';
import { UrlReader } from './url-reader';

declare const self: DedicatedWorkerGlobalScope;

function openReader(spec: SourceSpec): RangeReader {
  switch (spec.kind) {
    case 'blob':
      return new BlobReader(spec.name, spec.blob);
    case 'url':
      return new UrlReader(spec);
    case 'shared':
      return new SharedReader(spec.name, spec.size, spec.buffer);
    case 'path':
      throw new UnmixError('internal', 'A browser cannot open a path.');
  }
}

const server = serveEngine({
  createModule,
  openReader,
  post: (message, transfer) => self.postMessage(message, transfer),
  ready: holdLock(self.name),
});
self.onmessage = ({ data }: MessageEvent<ToWorker>) => server.receive(data);
