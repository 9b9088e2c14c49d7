// The engine worker in Node: a worker thread.
import { parentPort } from 'node:worker_threads';
import createModule from '#webunmix';
import { serveEngine } from '../engine/serve';
import { UnmixError } from '../error';
import type { ToWorker } from '../protocol';
import type { RangeReader } from '../source/range-reader';
import { SharedReader } from '../source/shared-reader';
import type { SourceSpec } from '../source/spec';
import { PathReader } from './path-reader';

function openReader(spec: SourceSpec): RangeReader {
  switch (spec.kind) {
    case 'path':
      return new PathReader(spec);
    case 'shared':
      return new SharedReader(spec.name, spec.size, spec.buffer);
    case 'blob':
    case 'url':
      throw new UnmixError('internal', `In Node an input is a path, not a ${spec.kind}.`);
  }
}

const port = parentPort;
if (!port) throw new Error('engine-worker is started as a worker thread');
const server = serveEngine({
  createModule,
  openReader,
  post: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[]),
});
port.on('message', (message: ToWorker) => server.receive(message));
