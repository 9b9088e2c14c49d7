// The core's inner loops, compiled natively and to wasm from the same source (tests/bench/kernels.cpp), one thread each.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildDir, presets } from '../lib/paths.mjs';
import { median } from './measure.mjs';

/** @param {string} program @param {string[]} args @returns {Record<string, number>} nanoseconds a voxel by kernel */
function measured(program, args) {
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** @param {number} rounds @returns {import("./measure.mjs").Row[]} */
export function kernelRows(rounds) {
  /** @type {Record<string, number>[]} */
  const native = [];
  /** @type {Record<string, number>[]} */
  const wasm = [];
  for (let round = 0; round < rounds; round += 1) {
    native.push(measured(join(buildDir, presets.native, 'tests/bench/bench_kernels'), []));
    wasm.push(measured(process.execPath, [join(buildDir, presets.wasm, 'tests/bench/bench_kernels.js')]));
  }
  return Object.keys(native[0] ?? {}).map((kernel) => {
    const of = (/** @type {Record<string, number>[]} */ runs) => median(runs.map((run) => run[kernel] ?? Number.NaN));
    return {
      what: `${kernel}, wasm against native`,
      ours: of(wasm),
      peer: of(native),
      unit: 'ns/voxel',
      limit: 2,
      kind: 'at most',
    };
  });
}
