// Files that must not outlive the process half-written: whatever ends it, short of a kill that cannot be caught, removes them.
import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const unfinished = new Set<string>();
let watching = false;

/** Called on exit, after a signal too: main.ts ends the process with process.exit(). */
function removeAll(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // It is gone already, which is all that was wanted.
    }
  }
  unfinished.clear();
}

/** A new file beside `path`, on the same disk, so that it can be renamed to it. */
export async function createBeside(path: string): Promise<{ path: string; handle: FileHandle }> {
  if (!watching) {
    watching = true;
    process.on('exit', removeAll);
  }
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.part`);
  unfinished.add(temporary);
  try {
    return { path: temporary, handle: await open(temporary, 'wx+') };
  } catch (error) {
    unfinished.delete(temporary);
    throw error;
  }
}

/** It has its final name now. */
export function keep(temporary: string): void {
  unfinished.delete(temporary);
}

export async function remove(temporary: string): Promise<void> {
  await unlink(temporary).catch(() => {});
  unfinished.delete(temporary);
}
