// Reading in windows: the same bytes as the file has, in few calls to the medium; and files that change under the reader.
import { mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isUnmixError } from '../../workers/error';
import { identityOf, PathReader } from '../../workers/node/path-reader';
import type { RangeReader } from '../../workers/source/range-reader';
import { WindowedSource } from '../../workers/source/windowed-source';

const MiB = 2 ** 20;

class CountingReader implements RangeReader {
  readonly name = 'memory.tif';
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

function readOf(source: WindowedSource, offset: number, length: number): Uint8Array {
  const into = new Uint8Array(length);
  source.read(offset, into);
  return into;
}

test('any read gives the bytes of the file', () => {
  const bytes = pattern(30 * MiB + 12345);
  const source = new WindowedSource(new CountingReader(bytes));
  const next = sequence(7);
  for (let i = 0; i < 300; i += 1) {
    const length = Math.floor(next() ** 6 * 12 * MiB);
    const offset = Math.floor(next() * (bytes.length - length));
    expect(Buffer.compare(readOf(source, offset, length), bytes.subarray(offset, offset + length))).toBe(0);
  }
  expect(readOf(source, bytes.length, 0)).toHaveLength(0);
});

test('small reads from front to end take few large calls', () => {
  const bytes = pattern(32 * MiB);
  const reader = new CountingReader(bytes);
  const source = new WindowedSource(reader);
  for (let offset = 0; offset < bytes.length; offset += 4096) readOf(source, offset, 4096);
  expect(reader.calls.length).toBeLessThanOrEqual(5);
  expect(reader.calls.reduce((sum, [, length]) => sum + length, 0)).toBe(bytes.length);
  expect(reader.calls.every(([offset]) => offset % (4 * MiB) === 0)).toBe(true);
});

test('going back and forth between a few places reads each once', () => {
  const reader = new CountingReader(pattern(64 * MiB));
  const source = new WindowedSource(reader);
  for (let i = 0; i < 50; i += 1) {
    for (const place of [0, 20 * MiB, 40 * MiB]) readOf(source, place + i * 8192, 8192);
  }
  expect(reader.calls).toHaveLength(3);
});

test('a large read goes straight to the medium, around windows that are there', () => {
  const bytes = pattern(40 * MiB);
  const reader = new CountingReader(bytes);
  const source = new WindowedSource(reader);
  readOf(source, 9 * MiB, 10);
  const all = readOf(source, MiB, 30 * MiB);
  expect(Buffer.compare(all, bytes.subarray(MiB, 31 * MiB))).toBe(0);
  expect(reader.calls).toEqual([
    [8 * MiB, 4 * MiB],
    [MiB, 7 * MiB],
    [12 * MiB, 19 * MiB],
  ]);
});

test('a read beyond the end is refused', () => {
  const source = new WindowedSource(new CountingReader(pattern(100)));
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
