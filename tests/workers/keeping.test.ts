// Where bytes go: queues, memory, files in Node. Nothing half-written is ever seen under the final name.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Report } from '../../workers/api';
import { FileOutput, writeWholeFile } from '../../workers/node/file-sink';
import { FileStore, SharedStore } from '../../workers/node/stores';
import { writeError } from '../../workers/node/write-errors';
import { fileOf, MemoryOutput } from '../../workers/sink/memory-sink';
import { MemoryStore } from '../../workers/sink/memory-store';
import { WriteQueue } from '../../workers/sink/write-queue';

const report = { steps: [] } as unknown as Report;
const bytesOf = async (blob: Blob) => [...new Uint8Array(await blob.arrayBuffer())];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'webunmix-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a queue makes room as writes end, and keeps the first failure', async () => {
  const ends: ((error?: Error) => void)[] = [];
  const queue = new WriteQueue(
    (_offset, { buffer }) => new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve(buffer)))),
  );
  const written: number[] = [];
  queue.onWritten = ({ byteLength }) => written.push(byteLength);
  for (const offset of [0, 100, 200]) queue.write(offset, new Uint8Array(100));
  expect(queue.size).toBe(300);
  await queue.room(300);
  let room = false;
  const waiting = queue.room(100).then(() => {
    room = true;
  });
  ends[1]?.();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(room).toBe(false);
  ends[0]?.();
  await waiting;
  expect(room).toBe(true);
  expect(written).toEqual([100, 100]);
  ends[2]?.(new Error('full'));
  await expect(queue.room(0)).rejects.toThrow('full');
  queue.write(300, new Uint8Array(100));
  expect(ends).toHaveLength(3);
  await queue.quiet();
});

test('a file of pieces has zeros in its gaps, and pieces may not overlap', async () => {
  const piece = (offset: number, ...bytes: number[]) => ({ offset, blob: new Blob([Uint8Array.from(bytes)]) });
  expect(await bytesOf(fileOf('a.tif', [piece(4, 5, 6), piece(0, 1, 2)]))).toEqual([1, 2, 0, 0, 5, 6]);
  expect(() => fileOf('a.tif', [piece(0, 1, 2), piece(1, 3)])).toThrow(/overlap at byte 1/);
});

test('an output in memory is a file when it is finished', async () => {
  const output = new MemoryOutput();
  const sink = await output.create('out.ome.tif');
  sink.write(3, Uint8Array.of(4, 5));
  sink.write(0, Uint8Array.of(1, 2, 3));
  await sink.room(0);
  await sink.finish();
  const [file] = await output.commit();
  expect(file?.name).toBe('out.ome.tif');
  expect(await bytesOf(file as File)).toEqual([1, 2, 3, 4, 5]);
});

test('output files appear whole, with their report, and only at the end', async () => {
  const dir = folder();
  const path = join(dir, 'out.tif');
  const output = new FileOutput({ path, overwrite: false });
  const [sink, other] = [await output.create('out.tif'), await output.create('other.tif')];
  sink.write(5, Uint8Array.of(6));
  sink.write(0, Uint8Array.of(1, 2, 3));
  other.write(0, Uint8Array.of(9));
  await sink.room(0);
  for (const one of [sink, other]) await one.finish();
  expect(readdirSync(dir).filter((name) => !name.startsWith('.'))).toEqual([]);
  await output.commit(report);
  await output.discard();
  expect(readdirSync(dir).toSorted()).toEqual(['other.tif', 'out.tif', 'out.tif.json']);
  expect([...readFileSync(path)]).toEqual([1, 2, 3, 0, 0, 6]);
  expect(JSON.parse(readFileSync(`${path}.json`, 'utf8'))).toEqual({ steps: [] });
});

test('a discarded output leaves nothing, and an older one untouched', async () => {
  const dir = folder();
  const path = join(dir, 'out.tif');
  writeFileSync(path, 'older');
  const output = new FileOutput({ path, overwrite: true });
  const sink = await output.create('out.tif');
  sink.write(0, new Uint8Array(100_000));
  await output.discard();
  await output.discard();
  expect(readdirSync(dir)).toEqual(['out.tif']);
  expect(readFileSync(path, 'utf8')).toBe('older');
});

test('a file that exists is only replaced when that was asked for, also when it appears meanwhile', async () => {
  const dir = folder();
  const path = join(dir, 'out.tif');
  writeFileSync(`${path}.json`, 'report of something else');
  await expect(new FileOutput({ path, overwrite: false }).create('out.tif')).rejects.toMatchObject({ tag: 'write_failed' });
  rmSync(`${path}.json`);
  const output = new FileOutput({ path, overwrite: false });
  const [first, second] = [await output.create('first.tif'), await output.create('out.tif')];
  for (const sink of [first, second]) {
    sink.write(0, Uint8Array.of(1));
    await sink.finish();
  }
  writeFileSync(path, 'somebody was faster');
  await expect(output.commit(report)).rejects.toThrow(/out\.tif exists already/);
  await output.discard();
  // What had been given its name already is taken back.
  expect(readdirSync(dir)).toEqual(['out.tif']);
  expect(readFileSync(path, 'utf8')).toBe('somebody was faster');

  const replacing = new FileOutput({ path, overwrite: true });
  const sink = await replacing.create('out.tif');
  sink.write(0, Uint8Array.of(7));
  await sink.finish();
  await replacing.commit(report);
  expect([...readFileSync(path)]).toEqual([7]);
});

test('a disk that is full shows as write_failed with what to do, in room() as in finish()', async () => {
  const dir = folder();
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const output = new FileOutput({ path: join(dir, 'out.tif'), overwrite: false });
  const sink = await output.create('out.tif');
  const write = vi.spyOn(await fileHandlePrototype(dir), 'write').mockRejectedValue(full);
  onTestFinished(() => write.mockRestore());
  sink.write(0, new Uint8Array(10));
  for (const action of [() => sink.room(0), () => sink.finish()]) {
    await expect(action()).rejects.toMatchObject({
      tag: 'write_failed',
      message: expect.stringMatching(/is full\. Free space/),
    });
  }
  await output.discard();
  expect(readdirSync(dir)).toEqual(['probe']);
});

/** Node's file handles have no class that could be named. */
async function fileHandlePrototype(dir: string): Promise<{ write(): Promise<unknown> }> {
  const probe = await open(join(dir, 'probe'), 'w');
  await probe.close();
  return Object.getPrototypeOf(probe) as { write(): Promise<unknown> };
}

test('a folder that is missing or may not be written is said so', async () => {
  const output = new FileOutput({ path: join(folder(), 'missing', 'out.tif'), overwrite: false });
  await expect(output.create('out.tif')).rejects.toMatchObject({
    tag: 'write_failed',
    message: expect.stringMatching(/there is no folder .*missing/),
  });
  const denied = writeError('/data/out.tif', Object.assign(new Error('x'), { code: 'EACCES' }));
  expect(denied.message).toBe('out.tif could not be written: you may not write into /data. Choose another folder.');
});

test('a whole file is written at once or not at all', async () => {
  const dir = folder();
  const path = join(dir, 'report.json');
  await writeWholeFile({ path, overwrite: false }, '{}\n');
  await expect(writeWholeFile({ path, overwrite: false }, 'x')).rejects.toThrow(/exists already/);
  await writeWholeFile({ path, overwrite: true }, Uint8Array.of(65));
  expect(readFileSync(path, 'utf8')).toBe('A');
  expect(readdirSync(dir)).toEqual(['report.json']);
});

test('stores give back what was appended, and files of stores are removed', async () => {
  const shared = new SharedStore(5);
  await shared.append(Uint8Array.of(1, 2));
  await shared.append(Uint8Array.of(3, 4, 5));
  const memory = await shared.source();
  if (memory.kind !== 'shared') throw new Error(memory.kind);
  expect([...new Uint8Array(memory.buffer)]).toEqual([1, 2, 3, 4, 5]);

  const file = await FileStore.create();
  await file.append(Uint8Array.of(1, 2));
  await file.append(Uint8Array.of(3));
  const source = await file.source();
  if (source.kind !== 'path') throw new Error(source.kind);
  expect([...readFileSync(source.path)]).toEqual([1, 2, 3]);
  await file.drop();
  expect(existsSync(source.path)).toBe(false);

  const blobs = new MemoryStore();
  await blobs.append(Uint8Array.of(9));
  await blobs.append(Uint8Array.of(8));
  const blob = await blobs.source();
  if (blob.kind !== 'blob') throw new Error(blob.kind);
  expect(await bytesOf(blob.blob)).toEqual([9, 8]);
});
