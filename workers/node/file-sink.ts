// Writes output files and the report beside them: all under temporary names first, all given their names at the end.

import type { FileHandle } from 'node:fs/promises';
import { link, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileTarget, Report } from '../api';
import { UnmixError } from '../error';
import type { OutputSink, RunOutput } from '../sink/sink';
import { WriteQueue } from '../sink/write-queue';
import { jsonText } from './json-text';
import { createBeside, keep, remove } from './temporary-files';
import { writeError } from './write-errors';

/** Where the report of an output file goes. */
export function reportPath(path: string): string {
  return `${path}.json`;
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

/** The files of a run and its report, which are there together or not at all. */
export class FileOutput implements RunOutput {
  readonly #target: FileTarget;
  readonly #sinks: FileSink[] = [];
  #report: TemporaryFile | null = null;

  constructor(target: FileTarget) {
    this.#target = target;
  }

  /** A file of that name in the target's folder. */
  async create(name: string): Promise<OutputSink> {
    const path = join(dirname(this.#target.path), name);
    if (!this.#target.overwrite) {
      for (const existing of [path, reportPath(this.#target.path)]) await refuseExisting(existing);
    }
    const sink = new FileSink(path, await TemporaryFile.create(path));
    this.#sinks.push(sink);
    return sink;
  }

  async commit(report: Report): Promise<File[]> {
    const { path, overwrite } = this.#target;
    this.#report = await TemporaryFile.create(reportPath(path));
    const files = [...this.#sinks.map(({ file }) => file), this.#report];
    try {
      await this.#report.handle.writeFile(jsonText(report));
      await this.#report.close();
      for (const file of files) await file.rename(overwrite);
    } catch (error) {
      await Promise.all(files.map((file) => file.takeBack()));
      throw writeError(path, error);
    }
    return [];
  }

  async discard(): Promise<void> {
    await Promise.all([...this.#sinks.map((sink) => sink.discard()), this.#report?.discard()]);
  }
}

class FileSink implements OutputSink {
  readonly file: TemporaryFile;
  readonly #path: string;
  readonly #queue: WriteQueue;

  constructor(path: string, file: TemporaryFile) {
    this.file = file;
    this.#path = path;
    this.#queue = new WriteQueue(async (offset, bytes) => {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await file.handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
      return bytes.buffer;
    });
  }

  set onWritten(onWritten: OutputSink['onWritten']) {
    this.#queue.onWritten = onWritten;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#queue.write(offset, bytes);
  }

  async room(bytes: number): Promise<void> {
    try {
      await this.#queue.room(bytes);
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }

  async finish(): Promise<void> {
    await this.room(0);
    try {
      await this.file.handle.sync();
      await this.file.close();
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }

  async discard(): Promise<void> {
    await this.#queue.quiet();
    await this.file.discard();
  }
}

/** A file under a temporary name beside its final one. */
class TemporaryFile {
  readonly handle: FileHandle;
  readonly #temporary: string;
  readonly #path: string;
  #closed = false;
  #renamed = false;

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
    this.#renamed = true;
  }

  /** Undoes rename(): what another file of the same run could not follow must not stay. */
  async takeBack(): Promise<void> {
    if (this.#renamed) await unlink(this.#path).catch(() => {});
  }

  async discard(): Promise<void> {
    if (this.#renamed) return;
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
