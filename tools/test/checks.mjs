// Checks of form: the layout of C++ sources, Biome's rules, and types.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/command.mjs';
import { filesUnder } from '../lib/hash.mjs';
import { root } from '../lib/paths.mjs';

/** Every C++ file of ours. */
export function cppFiles() {
  const folders = ['core', 'wasm', 'tests/core', 'tests/bench'].map((folder) => join(root, folder));
  return filesUnder(folders).filter((file) => /\.(cpp|hpp)$/.test(file));
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function checkCppFormat(stage) {
  await run(stage, 'clang-format', ['--dry-run', '--Werror', ...cppFiles()], { advice: 'npm run format' });
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function checkBiome(stage) {
  const biome = join(root, 'node_modules/.bin/biome');
  await run(stage, biome, ['check', '--error-on-warnings', '--max-diagnostics=50', '.'], {
    advice: 'npm run format applies layout, order of imports and safe corrections; the rest is for you',
  });
}

/** Every project tsconfig.json refers to. @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function checkTypes(stage) {
  /** @type {{ references: { path: string }[] }} */
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  for (const { path } of references) {
    await run(stage, join(root, 'node_modules/.bin/tsc'), ['--noEmit', '--pretty', 'false', '-p', path]);
  }
  return { passed: references.length, failed: 0 };
}
