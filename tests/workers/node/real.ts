// The built command line's workers with the real wasm module, in Node.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { root } from '../../../tools/lib/paths.mjs';
import type { Session, WebUnmix } from '../../../workers/api';
import { Machine, type MachineOptions } from '../../../workers/machine';
import { NodePlatform, type ProgramFiles } from '../../../workers/node/platform';
import type { WorkerEvents, WorkerPort } from '../../../workers/platform';

const built = (name: string) => pathToFileURL(join(root, 'dist-cli', name));
export const programFiles: ProgramFiles = { engineWorker: built('engine-worker.mjs'), wasm: built('webunmix.wasm') };
export const program = join(root, 'dist-cli/webunmix.mjs');

export const dataPath = (name: string) => join(root, 'tests/data', name);

/** Keeps hold of the worker threads, so that a test can end them as a crash would. */
export class KillablePlatform extends NodePlatform {
  readonly ports: WorkerPort[] = [];

  constructor() {
    super(programFiles);
  }

  override startEngine(events: WorkerEvents): WorkerPort {
    const port = super.startEngine(events);
    this.ports.push(port);
    return port;
  }
}

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'webunmix-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export async function startMachine(options: MachineOptions = {}, platform = new KillablePlatform()): Promise<Machine> {
  const machine = await Machine.start(platform, options);
  onTestFinished(() => machine.close());
  return machine;
}

/** All pixels of an open stack, channel planes in TZC order. */
export async function pixelsOf(session: Session): Promise<Float64Array[]> {
  const [t = 0, z = 0, c = 0] = session.inspections[0]?.shape ?? [];
  const planes: Float64Array[] = [];
  for (let time = 0; time < t; time += 1) {
    for (let depth = 0; depth < z; depth += 1) {
      const channels = Array.from({ length: c }, (_, i) => i);
      const plane = await session.plane({ stage: 0, t: time, z: depth, channels });
      planes.push(...plane.channels.map((pixels) => Float64Array.from(pixels)));
    }
  }
  return planes;
}

/** The pixels of a file, decoded by the program itself. */
export async function decode(
  machine: WebUnmix,
  path: string,
): Promise<{ planes: Float64Array[]; shape: number[]; type: string }> {
  const session = await machine.open([{ role: 'main', file: path }]);
  try {
    const [inspection] = session.inspections;
    return { planes: await pixelsOf(session), shape: inspection?.shape ?? [], type: inspection?.type ?? '' };
  } finally {
    await session.close();
  }
}
