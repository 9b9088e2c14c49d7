// Where the output may go: never onto an input, whatever it is called there, and onto another file only when that was asked for.
import { mkdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UnmixError } from '../error';
import { createBeside, remove } from '../node/temporary-files';
import { writeError } from '../node/write-errors';

/**
 * The name of the files of stacks in the folder `output`, which a "/" at its end asks for; `output` itself when it is no folder.
 * `removeEmpty` takes back the folders that were made for it, where nothing has come into them.
 */
export async function withinFolder(output: string): Promise<{ path: string; removeEmpty: () => Promise<void> }> {
  let made: string | undefined;
  if (/[\\/]$/.test(output)) {
    made = await mkdir(output, { recursive: true }).catch((error) => Promise.reject(writeError(output, error)));
  }
  const isFolder = (await stat(output).catch(() => null))?.isDirectory() ?? false;
  const removeEmpty = async () => {
    if (made === undefined) return;
    for (let folder = resolve(output); folder.length >= made.length; folder = dirname(folder)) {
      await rmdir(folder).catch(() => {});
    }
  };
  return { path: isFolder ? join(output, 'corrected.ome.tif') : output, removeEmpty };
}

/** The path to write, with symbolic links resolved. Rejects with write_failed. */
export async function resolveOutput(output: string): Promise<string> {
  const path = resolve(output);
  const existing = await realpath(path).catch(() => null);
  if (existing) {
    if ((await stat(existing)).isDirectory()) throw new UnmixError('write_failed', `The output ${output} is a folder.`);
    return existing;
  }
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch (error) {
    throw new UnmixError('write_failed', `The output ${output} cannot be written: there is no folder ${dirname(path)}.`, {
      cause: error,
    });
  }
}

/** Rejects when one of `outputs` is one of `inputs`, through whatever links. */
export async function refuseInputs(outputs: readonly string[], inputs: readonly string[]): Promise<void> {
  for (const output of outputs) {
    for (const input of inputs) {
      if (await sameFile(output, input)) {
        throw new UnmixError(
          'write_failed',
          `The output ${basename(output)} is the input ${basename(input)}, which would be lost. Give the output another name.`,
        );
      }
    }
  }
}

/** Rejects when one of `outputs` exists. */
export async function refuseExisting(outputs: readonly string[]): Promise<void> {
  for (const output of outputs) {
    if (await stat(output).catch(() => null)) {
      throw new UnmixError('write_failed', `${output} exists already. Give another name, or --overwrite.`);
    }
  }
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [statA, statB] = await Promise.all([a, b].map((path) => stat(path, { bigint: true }).catch(() => null)));
  // Hard links share device and inode.
  return statA != null && statB != null && statA.ino === statB.ino && statA.dev === statB.dev;
}

/** Makes the folders of `paths` and tries that files can be written there, before the work rather than after it. Returns what undoes it. */
export async function prepareFolders(paths: readonly string[]): Promise<() => Promise<void>> {
  const made: string[] = [];
  const undo = async () => {
    for (const folder of made.reverse()) await rm(folder, { recursive: true, force: true });
  };
  for (const path of paths) {
    try {
      const first = await mkdir(dirname(path), { recursive: true });
      if (first !== undefined) made.push(first);
      const probe = await createBeside(path);
      await probe.handle.close();
      await remove(probe.path);
    } catch (error) {
      await undo();
      throw writeError(path, error);
    }
  }
  return undo;
}
