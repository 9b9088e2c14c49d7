// clang-tidy over core/ and wasm/, with the checks of .clang-tidy.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StageError } from '../lib/command.mjs';
import { buildDir, presets, root } from '../lib/paths.mjs';
import { checkUnits, roomsOf, unitsOf } from './compile-units.mjs';

/** What em++ adds to clang's command line. @returns {string[]} */
function emscriptenFlags() {
  const { stdout, status } = spawnSync('em++', ['--cflags'], { encoding: 'utf8' });
  if (status !== 0) throw new StageError('em++ --cflags failed', 'check the installation of Emscripten');
  return stdout.trim().split(/\s+/);
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function clangTidy(stage) {
  const native = await roomsOf(stage, presets.asan, 'clang-tidy');
  const wasm = unitsOf(join(buildDir, presets.wasm), /^(wasm\/|core\/.*_wasm\.)/);
  const extra = wasm.length > 0 ? emscriptenFlags() : [];
  const units = [...native, ...wasm.map((unit) => ({ ...unit, flags: [...extra, ...unit.flags] }))];
  const version = spawnSync('clang-tidy', ['--version'], { encoding: 'utf8' }).stdout;
  return checkUnits(units, {
    stage,
    tool: version + readFileSync(join(root, '.clang-tidy'), 'utf8'),
    // Sanitizers add to the code, not to what there is to say about it.
    command: ({ file, flags }) => [
      'clang-tidy',
      '--quiet',
      file,
      '--',
      ...flags.filter((flag) => !flag.startsWith('-fsanitize') && !flag.startsWith('-fno-sanitize')),
    ],
  });
}
