// Reading ahead: the same bytes as the file has, in few calls to the medium; and files that change under the reader.
import { mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isUnmixError } from '../../workers/error';
import { identityOf, PathReader } from '../../workers/node/path-reader';
import type { RangeReader } from '../../workers/source/range-reader';
import { ReadAheadSource } from '../../workers/source/read-ahead-source';

const KiB = 2 ** 10;
const MiB = 2 ** 20;

class CountingReader implements RangeReader {
  readonly name = 'memory.tif';
  readonly keepBytes = 16 * MiB;
  readonly leastBytes = 64 * KiB;
  readonly calls: [offset: number, length: number][] = [];
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  readRange(offset: number, length: number): Uint8Array {
    this.calls.push([offset, length]);
    expect(offset + length).toBeLessThanOrEqual(this.size);
    return this.#bytes.slice(offset, offset + length);
  }
}

function pattern(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i += 1) words[i] = Math.imul(i, 2654435761);
  return new Uint8Array(words.buffer, 0, length);
}

/** Numbers from 0 to 1 that look random and are the same every time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function readOf(source: ReadAheadSource, offset: number, length: number): Uint8Array {
  const into = new Uint8Array(length);
  source.read(offset, into);
  return into;
}

test('any read gives the bytes of the file', () => {
  const bytes = pattern(30 * MiB + 12345);
  const source = new ReadAheadSource(new CountingReader(bytes));
  const next = sequence(7);
  for (let i = 0; i < 300; i += 1) {
    const length = Math.floor(next() ** 6 * 12 * MiB);
    const offset = Math.floor(next() * (bytes.length - length));
    expect(Buffer.compare(readOf(source, offset, length), bytes.subarray(offset, offset + length))).toBe(0);
  }
  expect(readOf(source, bytes.length, 0)).toHaveLength(0);
});

test('small reads from front to end take few calls, and read nothing twice', () => {
  const bytes = pattern(32 * MiB);
  const reader = new CountingReader(bytes);
  const source = new ReadAheadSource(reader);
  for (let offset = 0; offset < bytes.length; offset += 4096) readOf(source, offset, 4096);
  expect(reader.calls.length).toBeLessThanOrEqual(15);
  expect(reader.calls.reduce((sum, [, length]) => sum + length, 0)).toBe(bytes.length);
});

test('boxes of several strips are read in one call each, as long as the box before', () => {
  const reader = new CountingReader(pattern(64 * MiB));
  const source = new ReadAheadSource(reader);
  // A worker gets every other box.
  for (let box = 0; box < 16; box += 2) {
    for (let strip = 0; strip < 4; strip += 1) readOf(source, (box * 4 + strip) * 768 * KiB, 768 * KiB);
  }
  const later = reader.calls.slice(-6);
  expect(later).toEqual([4, 6, 8, 10, 12, 14].map((box) => [box * 3 * MiB, 3 * MiB]));
});

test('directories here and there are read by small calls, between large reads too', () => {
  const reader = new CountingReader(pattern(64 * MiB));
  const source = new ReadAheadSource(reader);
  for (let page = 0; page < 16; page += 1) readOf(source, page * 4 * MiB, 200);
  expect(reader.calls.every(([, length]) => length === 64 * KiB)).toBe(true);
  for (let page = 0; page < 8; page += 1) {
    readOf(source, page * 8 * MiB + MiB, 2 * MiB);
    readOf(source, page * 8 * MiB + 6 * MiB, 200);
  }
  expect(reader.calls.slice(-16).map(([, length]) => length)).toEqual(
    Array(8)
      .fill([2 * MiB, 64 * KiB])
      .flat(),
  );
});

test('what was read is kept as long as there is room, and read around', () => {
  const bytes = pattern(40 * MiB);
  const reader = new CountingReader(bytes);
  const source = new ReadAheadSource(reader);
  for (let round = 0; round < 3; round += 1) {
    for (const place of [0, 10 * MiB, 20 * MiB]) readOf(source, place, 3 * MiB);
  }
  expect(reader.calls).toHaveLength(3);
  const all = readOf(source, 9 * MiB, 6 * MiB);
  expect(Buffer.compare(all, bytes.subarray(9 * MiB, 15 * MiB))).toBe(0);
  expect(reader.calls.slice(3)).toEqual([
    [9 * MiB, MiB],
    [13 * MiB, 2 * MiB],
  ]);
  // 16 MiB are kept: the oldest are gone.
  readOf(source, 30 * MiB, 9 * MiB);
  readOf(source, 20 * MiB, MiB);
  expect(reader.calls.at(-1)?.[0]).toBe(20 * MiB);
});

test('a read beyond the end is refused', () => {
  const source = new ReadAheadSource(new CountingReader(pattern(100)));
  for (const [offset, length] of [
    [90, 11],
    [101, 0],
    [-1, 2],
  ] as const) {
    expect(() => readOf(source, offset, length)).toThrow(/memory\.tif ends after 100 bytes/);
  }
});

function temporaryFile(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'webunmix-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'stack.tif');
  writeFileSync(path, bytes);
  return path;
}

function openPath(path: string, described = identityOf(path)): PathReader {
  const reader = new PathReader({ name: 'stack.tif', path, ...described });
  onTestFinished(() => reader.close());
  return reader;
}

const problem = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (isUnmixError(error, 'read_failed')) return error.message;
    throw error;
  }
  return 'none';
};

test('a local file is read where it was asked for', () => {
  const bytes = pattern(100_000);
  const reader = openPath(temporaryFile(bytes));
  expect(Buffer.compare(reader.readRange(777, 50_000), bytes.subarray(777, 50_777))).toBe(0);
});

test('a local file that becomes shorter, is written to, replaced or removed is noticed', () => {
  const path = temporaryFile(pattern(5000));
  const described = identityOf(path);
  const reader = openPath(path);
  truncateSync(path, 2000);
  expect(problem(() => reader.readRange(1500, 1000))).toBe('stack.tif became shorter while it was read.');
  expect(problem(() => openPath(path, described))).toBe('stack.tif was changed or replaced after it was opened.');

  const touched = temporaryFile(pattern(5000));
  const second = openPath(touched);
  utimesSync(touched, 1, 1);
  expect(problem(() => second.readRange(0, 10))).toBe('stack.tif was changed or replaced after it was opened.');

  const replaced = temporaryFile(pattern(5000));
  const before = identityOf(replaced);
  writeFileSync(`${replaced}.new`, pattern(5000));
  renameSync(`${replaced}.new`, replaced);
  expect(problem(() => openPath(replaced, before))).toBe('stack.tif was changed or replaced after it was opened.');

  unlinkSync(replaced);
  expect(problem(() => openPath(replaced, before))).toBe('stack.tif could not be opened (ENOENT).');
});
