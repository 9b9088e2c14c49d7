// The core through GCC's front end, warnings as errors.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { run } from '../lib/command.mjs';
import { filesUnder } from '../lib/hash.mjs';
import { presets, root } from '../lib/paths.mjs';
import { checkUnits, unitsOf } from './compile-units.mjs';

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function gccWarnings(stage) {
  await run(stage, 'cmake', ['--preset', presets.native], { advice: 'correct what CMake names above' });
  // Nothing is built, so nothing has recorded which headers a file includes: any of them may matter.
  const headers = filesUnder([join(root, 'core')]).filter((file) => file.endsWith('.hpp'));
  const units = unitsOf(presets.native, /^core\/.*\.cpp$/).map((unit) => ({ ...unit, headers }));
  return checkUnits(units, {
    stage,
    tool: spawnSync('g++', ['--version'], { encoding: 'utf8' }).stdout,
    command: ({ file, flags }) => ['g++', '-fsyntax-only', '-Werror', ...flags.filter((flag) => !/^-(O|M)/.test(flag)), file],
  });
}
