// What to say when a file cannot be written.
import { basename, dirname } from 'node:path';
import { isUnmixError, UnmixError } from '../error';

const reasons: Record<string, (path: string) => string> = {
  ENOSPC: (path) =>
    `the disk that holds ${dirname(path)} is full. Free space, or choose a compression or a smaller output type, and run again`,
  EDQUOT: (path) => `your quota on the disk that holds ${dirname(path)} is used up. Free space and run again`,
  EFBIG: () => 'the file would be larger than this file system allows. Choose another disk',
  EACCES: (path) => `you may not write into ${dirname(path)}. Choose another folder`,
  EPERM: (path) => `you may not write into ${dirname(path)}. Choose another folder`,
  EROFS: (path) => `${dirname(path)} can only be read. Choose another folder`,
  ENOENT: (path) => `there is no folder ${dirname(path)}. Make it first`,
  ENAMETOOLONG: () => 'its name is longer than this file system allows. Choose a shorter one',
  ENOTDIR: (path) => `${dirname(path)} is not a folder`,
};

export function writeError(path: string, error: unknown): UnmixError {
  if (isUnmixError(error)) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const why = reasons[code]?.(path) ?? message;
  return new UnmixError('write_failed', `${basename(path)} could not be written: ${why}.`, { cause: error });
}
