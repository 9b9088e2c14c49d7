// The camera's gain against the clock and the memory it may take: one worker of the command line, uncompressed stacks.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildDir, root } from '../lib/paths.mjs';
import { median } from './measure.mjs';
import { writeSparseTiff } from './sparse-tiff.mjs';

const folder = join(buildDir, 'bench');
const program = join(root, 'dist-cli/webunmix.mjs');

/** @param {string[]} args */
const webunmix = (...args) =>
  execFileSync(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });

/** An uncompressed movie of the camera scene, made once. @param {string} shape */
function movie(shape) {
  const name = `camera-${shape.replaceAll(',', '-')}.ome.tif`;
  if (!existsSync(join(folder, name))) {
    webunmix('example', 'camera.ome.tif', '--scene', 'photon_transfer', '--shape', shape, '--overwrite');
    webunmix('run', '/1', 'camera.ome.tif', '-o', name, '--compression', 'none', '--overwrite', '--quiet');
    rmSync(join(folder, 'camera.ome.tif'));
  }
  return name;
}

/** A hundred frames over and over, along Z (the writer fills one time point). @param {number} frames */
function longMovie(frames) {
  const name = `camera-${frames}-frames.ome.tif`;
  const path = join(folder, name);
  if (existsSync(path)) return name;
  const shape = { t: 1, z: frames, c: 1, y: 512, x: 512 };
  const planeBytes = shape.y * shape.x * 2;
  const short = join(folder, movie('100,1,1,512,512'));
  const file = openSync(short, 'r');
  try {
    // The planes of an uncompressed file lie one after another at its end.
    const head = statSync(short).size - 100 * planeBytes;
    writeSparseTiff(path, shape, (page) => {
      const plane = new Uint8Array(planeBytes);
      readSync(file, plane, 0, planeBytes, head + (page % 100) * planeBytes);
      return plane;
    });
  } finally {
    closeSync(file);
  }
  return name;
}

/** Seconds the fit took, as the report has them. @param {string} method @param {string} stack */
function fitSeconds(method, stack) {
  webunmix('run', `/detect_gain?method=${method}`, stack, '-o', 'gain.json', '--workers', '1', '--overwrite', '--quiet');
  return /** @type {number} */ (JSON.parse(readFileSync(join(folder, 'gain.json'), 'utf8')).times.fit_s);
}

/** The most memory the process held, MB. @param {string} recipe @param {string} stack @returns {Promise<number>} */
function peakMegabytes(recipe, stack) {
  const args = [program, 'run', recipe, stack, '-o', 'gain.json', '--workers', '1', '--overwrite', '--quiet'];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => {
    let most = 0;
    const timer = setInterval(() => {
      try {
        const [, high] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        most = Math.max(most, Number(high ?? 0) / 1000);
      } catch {
        // It has ended between two looks.
      }
    }, 20);
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve(most);
      else reject(new Error(`measuring ${stack} ended with ${code}`));
    });
  });
}

/** @param {number} rounds @param {(text: string) => void} say @returns {Promise<import('./measure.mjs').Row[]>} */
export async function gainRows(rounds, say) {
  mkdirSync(folder, { recursive: true });
  /** @type {import('./measure.mjs').Row[]} */
  const rows = [];
  const usual = movie('100,1,1,512,512');
  for (const [method, limit] of /** @type {const} */ ([
    ['frame_difference', 0.3],
    ['median_mad', 1],
  ])) {
    const seconds = Array.from({ length: rounds }, () => fitSeconds(method, usual));
    say(`  ${method}: ${seconds.join(', ')} s`);
    rows.push({
      what: `camera gain, ${method}, 100 x 512 x 512 uint16, one worker`,
      ours: median(seconds),
      peer: limit,
      unit: 's',
      limit: 1,
      kind: 'at most',
    });
  }
  for (const method of ['frame_difference', 'median_mad']) {
    const recipe = `/detect_gain?method=${method}`;
    const few = await peakMegabytes(recipe, usual);
    for (const [what, stack, axis] of /** @type {const} */ ([
      ['10 000 frames of 64 x 64', movie('10000,1,1,64,64'), 'T'],
      ['1 GB', longMovie(2000), 'Z'],
    ])) {
      const many = await peakMegabytes(`${recipe}&axis=${axis}`, stack);
      say(`  ${method}, ${what}: ${many.toFixed(0)} MB, 100 frames ${few.toFixed(0)} MB`);
      rows.push({
        what: `memory of the process, ${method}, ${what} against 100 frames`,
        ours: many,
        peer: few,
        unit: 'MB',
        limit: 1.5,
        kind: 'at most',
      });
    }
  }
  return rows;
}
