// CMake builds by preset. The build itself reconfigures when a CMake file or a list of sources changes; only what it cannot see
// (the presets) is compared here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/command.mjs';
import { hashOf } from '../lib/hash.mjs';
import { buildDir, root } from '../lib/paths.mjs';

/**
 * A stage that configures where needed and builds a target of a preset.
 * @param {string} preset
 * @param {string} [target]
 * @returns {import('../lib/pipeline.mjs').Stage['run']}
 */
export function cmakeBuild(preset, target = 'all') {
  return async (stage) => {
    const folder = join(buildDir, preset);
    const mark = join(folder, '.configured-from');
    const key = hashOf([join(root, 'CMakePresets.json')]);
    if (!existsSync(mark) || readFileSync(mark, 'utf8') !== key) {
      await run(stage, 'cmake', ['--preset', preset], {
        advice: `correct what CMake names above; if the compiler was replaced, delete ${folder} and run the command again`,
      });
      writeFileSync(mark, key);
    }
    const parallel = ['--parallel', String(stage.cores)];
    const { output } = await run(stage, 'cmake', ['--build', folder, '--target', target, ...parallel], {
      advice: 'correct the error shown; warnings are errors here',
    });
    return /no work to do/.test(output) ? 'up to date' : undefined;
  };
}
