// The stacks the benchmarks read, made once by the command line under build/bench/: 2 time points of 16 slices, 2 channels, 1024 x 1024,
// uint16 (134 MB), uncompressed, LZW and Deflate; and sparse ones of 1 GB and 8 GB that begin with its first time point.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { buildDir, root } from '../lib/paths.mjs';
import { writeSparseTiff } from './sparse-tiff.mjs';

const folder = join(buildDir, 'bench');
const shape = { z: 16, c: 2, y: 1024, x: 1024 };
const planeBytes = shape.y * shape.x * 2;

/** @param {string[]} args */
export const webunmix = (...args) =>
  execFileSync(process.execPath, [join(root, 'dist-cli/webunmix.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** Makes a file once. @param {string} name @param {(path: string) => void} make */
export function once(name, make) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  if (!existsSync(path)) {
    const unfinished = join(folder, `unfinished-${name}`);
    make(unfinished);
    renameSync(unfinished, path);
  }
  return path;
}

/** Where the pixels of each page begin in an uncompressed TIFF with one run of strips a page. @param {string} path @param {number} pages */
function firstStripOffsets(path, pages) {
  const listed = execFileSync('tiffinfo', ['-s', path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  });
  const offsets = [...listed.matchAll(/^\s+0: \[\s*(\d+),/gm)].map((match) => Number(match[1]));
  if (offsets.length < pages) throw new Error(`tiffinfo shows ${offsets.length} pages of ${path}, ${pages} were expected`);
  return offsets;
}

/** Reads planes of an uncompressed stack by number. @param {string} path @param {number} pages @param {number} bytes of a plane */
export function planesOf(path, pages, bytes) {
  const offsets = firstStripOffsets(path, pages);
  return (/** @type {number} */ page) => {
    const plane = new Uint8Array(bytes);
    const file = openSync(path, 'r');
    try {
      readSync(file, plane, 0, bytes, /** @type {number} */ (offsets[page]));
    } finally {
      closeSync(file);
    }
    return plane;
  };
}

/** A synthetic stack, uncompressed. @param {string} name @param {string[]} options of `webunmix example` @returns {string} path */
export function benchStack(name, options) {
  mkdirSync(folder, { recursive: true });
  const example = once(name.replace('.ome.tif', '-deflate.ome.tif'), (path) =>
    webunmix('example', path, ...options, '--overwrite'),
  );
  return once(name, (path) => webunmix('run', '/1', example, '-o', path, '--compression', 'none', '--overwrite', '--quiet'));
}

/** @returns {{ none: string, lzw: string, deflate: string, gb1: string, gb8: string }} paths */
export function benchData() {
  const example = once('cells.ome.tif', (path) =>
    webunmix('example', path, '--scene', 'cells', '--shape', '2,16,2,1024,1024', '--overwrite'),
  );
  const written = (/** @type {string} */ compression) =>
    once(`cells-${compression}.ome.tif`, (path) =>
      webunmix('run', '/1', example, '-o', path, '--compression', compression, '--overwrite', '--quiet'),
    );
  const none = written('none');
  const sparse = (/** @type {string} */ name, /** @type {number} */ t) =>
    once(name, (path) => writeSparseTiff(path, { t, ...shape }, planesOf(none, shape.z * shape.c, planeBytes)));
  return {
    none,
    lzw: written('lzw'),
    deflate: written('deflate'),
    gb1: sparse('cells-1gb.ome.tif', 16),
    gb8: sparse('cells-8gb.ome.tif', 128),
  };
}
