// The core through GCC's front end, warnings as errors.
import { spawnSync } from 'node:child_process';
import { presets } from '../lib/paths.mjs';
import { checkUnits, roomsOf } from './compile-units.mjs';

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function gccWarnings(stage) {
  return checkUnits(await roomsOf(stage, presets.native, 'gcc-warnings'), {
    stage,
    tool: spawnSync('g++', ['--version'], { encoding: 'utf8' }).stdout,
    command: ({ file, flags }) => ['g++', '-fsyntax-only', '-Werror', ...flags.filter((flag) => !/^-(O|M)/.test(flag)), file],
  });
}
