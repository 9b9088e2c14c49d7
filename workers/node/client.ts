// WebUnmix in Node: the same workers, on local files. What the command line and the tests import.
import { Machine, type MachineOptions } from '../machine';
import { NodePlatform, type ProgramFiles } from './platform';

/** The build puts these beside the script. */
function besideScript(): ProgramFiles {
  const beside = (name: string) => new URL(name, import.meta.url);
  return { engineWorker: beside('engine-worker.mjs'), wasm: beside('webunmix.wasm') };
}

export function createWebUnmix(options: MachineOptions & { files?: ProgramFiles } = {}): Promise<Machine> {
  return Machine.start(new NodePlatform(options.files ?? besideScript()), options);
}
