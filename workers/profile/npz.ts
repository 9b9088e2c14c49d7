// numpy's .npz: a zip of .npy files, which the core parses. Read are stored and deflated members, written are stored ones, as
// numpy.savez writes them.
import { type UnzipFileInfo, unzipSync, zipSync } from 'fflate';
import { UnmixError } from '../error';

/** One array of an .npz: `bytes` is the .npy file. */
export interface NpzMember {
  key: string;
  bytes: Uint8Array;
}

/** A profile of the largest sensors, several channels of it, is smaller. */
const mostBytes = 2 ** 30;

/** Whether a file begins as zip archives do. */
export function looksZipped(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}

/** Rejects with bad_file when `bytes` is no whole zip. */
export function readNpz(bytes: Uint8Array, name: string): NpzMember[] {
  let total = 0;
  const wanted = ({ name: member, originalSize }: UnzipFileInfo) => {
    if (!member.endsWith('.npy')) return false;
    total += originalSize;
    if (total > mostBytes) {
      throw new UnmixError('unsupported', `${name} holds more than 1 GiB of arrays, which no shading profile does.`);
    }
    return true;
  };
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter: wanted });
  } catch (error) {
    if (error instanceof UnmixError) throw error;
    throw new UnmixError(
      'bad_file',
      `${name} is a damaged .npz (${(error as Error).message}). Copy it again, or save it again with numpy.savez.`,
      { cause: error },
    );
  }
  return Object.entries(files).map(([member, content]) => ({ key: member.slice(0, -'.npy'.length), bytes: content }));
}

export function writeNpz(members: readonly NpzMember[]): Uint8Array<ArrayBuffer> {
  // A date of its own would make equal profiles different files.
  const mtime = new Date(1980, 0, 1);
  return zipSync(
    Object.fromEntries(members.map(({ key, bytes }) => [`${key}.npy`, [bytes, { level: 0, mtime }]])),
  ) as Uint8Array<ArrayBuffer>;
}
