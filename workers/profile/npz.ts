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

/** Whether a file begins as a single array of numpy does. */
export function looksLikeNpy(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(0, 6)) === '\u0093NUMPY';
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
  // The library leaves this to its callers.
  for (const [member, checksum] of checksums(bytes)) {
    const content = files[member];
    if (content && crc32(content) !== checksum) {
      throw new UnmixError(
        'bad_file',
        `${name} is a damaged .npz (the checksum of ${member} does not fit). Copy it again, or save it again with numpy.savez.`,
      );
    }
  }
  return Object.entries(files).map(([member, content]) => ({ key: member.slice(0, -'.npy'.length), bytes: content }));
}

/** The CRC-32 of every member, by name, as the central directory of a zip gives it (APPNOTE 4.3.12). */
function checksums(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, number>();
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) return found;
  let at = view.getUint32(end + 16, true);
  while (at + 46 <= end && view.getUint32(at, true) === 0x02014b50) {
    const nameLength = view.getUint16(at + 28, true);
    const member = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    found.set(member, view.getUint32(at + 16, true));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

/** CRC-32 of ISO 3309, polynomial 0xEDB88320 with the low bit first. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

export function writeNpz(members: readonly NpzMember[]): Uint8Array<ArrayBuffer> {
  // A date of its own would make equal profiles different files.
  const mtime = new Date(1980, 0, 1);
  return zipSync(
    Object.fromEntries(members.map(({ key, bytes }) => [`${key}.npy`, [bytes, { level: 0, mtime }]])),
  ) as Uint8Array<ArrayBuffer>;
}
