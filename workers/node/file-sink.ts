// Writes an output file and the report beside it: both under temporary names first, both given their names at the end.

import type { FileHandle } from 'node:fs/promises';
import { link, rename, stat, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FileTarget, Report } from '../api';
import { UnmixError } from '../error';
import type { OutputSink } from '../sink/sink';
import { WriteQueue } from '../sink/write-queue';
import { createBeside, keep, remove } from './temporary-files';
import { writeError } from './write-errors';

/** Where the report of an output file goes. */
export function reportPath(path: string): string {
  return `${path}.json`;
}

/** The report as it stands in a file. */
export function reportText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Writes a whole file, at once or not at all. */
export async function writeWholeFile({ path, overwrite }: FileTarget, contents: string | Uint8Array): Promise<void> {
  const file = await TemporaryFile.create(path);
  try {
    await file.handle.writeFile(contents);
    await file.close();
    await file.rename(overwrite);
  } catch (error) {
    await file.discard();
    throw writeError(path, error);
  }
}

export class FileSink implements OutputSink {
  readonly #target: FileTarget;
  readonly #file: TemporaryFile;
  readonly #queue: WriteQueue;
  #report: TemporaryFile | null = null;

  private constructor(target: FileTarget, file: TemporaryFile) {
    this.#target = target;
    this.#file = file;
    this.#queue = new WriteQueue(async (offset, bytes) => {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await file.handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    });
  }

  static async create(target: FileTarget): Promise<FileSink> {
    if (!target.overwrite) {
      for (const path of [target.path, reportPath(target.path)]) await refuseExisting(path);
    }
    return new FileSink(target, await TemporaryFile.create(target.path));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#queue.write(offset, bytes);
  }

  async room(bytes: number): Promise<void> {
    try {
      await this.#queue.room(bytes);
    } catch (error) {
      throw writeError(this.#target.path, error);
    }
  }

  async finish(): Promise<number> {
    await this.room(0);
    try {
      await this.#file.handle.sync();
      await this.#file.close();
    } catch (error) {
      throw writeError(this.#target.path, error);
    }
    return this.#queue.size;
  }

  async commit(report: Report): Promise<null> {
    const { path, overwrite } = this.#target;
    this.#report = await TemporaryFile.create(reportPath(path));
    try {
      await this.#report.handle.writeFile(reportText(report));
      await this.#report.close();
      await this.#report.rename(overwrite);
      await this.#file.rename(overwrite);
    } catch (error) {
      if (this.#report.renamed && !this.#file.renamed) await unlink(reportPath(path)).catch(() => {});
      throw writeError(path, error);
    }
    return null;
  }

  async discard(): Promise<void> {
    await this.#queue.quiet();
    await Promise.all([this.#file.discard(), this.#report?.discard()]);
  }
}

/** A file under a temporary name beside its final one. */
class TemporaryFile {
  readonly handle: FileHandle;
  readonly #temporary: string;
  readonly #path: string;
  #closed = false;
  renamed = false;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.handle = handle;
  }

  static async create(path: string): Promise<TemporaryFile> {
    try {
      const { path: temporary, handle } = await createBeside(path);
      return new TemporaryFile(path, temporary, handle);
    } catch (error) {
      throw writeError(path, error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.handle.close();
  }

  async rename(overwrite: boolean): Promise<void> {
    if (overwrite) await rename(this.#temporary, this.#path);
    else await renameToNew(this.#temporary, this.#path);
    keep(this.#temporary);
    this.renamed = true;
  }

  async discard(): Promise<void> {
    if (this.renamed) return;
    await this.close().catch(() => {});
    await remove(this.#temporary);
  }
}

/** As rename(), but never over a file that has come into being meanwhile. */
async function renameToNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw existsError(to);
    // File systems without hard links.
    await refuseExisting(to);
    await rename(from, to);
    return;
  }
  await unlink(from);
}

async function refuseExisting(path: string): Promise<void> {
  const existing = await stat(path).catch(() => null);
  if (existing) throw existsError(path);
}

function existsError(path: string): UnmixError {
  return new UnmixError(
    'write_failed',
    `${basename(path)} exists already. Choose another name, or allow it to be overwritten.`,
  );
}
