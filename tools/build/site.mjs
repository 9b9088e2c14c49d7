// The page (dist/) and the command line (dist-cli/), built by Vite and kept while nothing they are made of changes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/command.mjs';
import { hashOf } from '../lib/hash.mjs';
import { buildDir, root } from '../lib/paths.mjs';
import { thirdPartyNotices } from './notices.mjs';

const vite = join(root, 'node_modules/vite/bin/vite.js');
const madeOf = [
  ...['workers', 'wasm/webunmix.d.ts', 'build/wasm/webunmix.mjs', 'build/wasm/webunmix.wasm'],
  ...['package.json', 'package-lock.json', 'tsconfig.base.json', 'tools/build', 'LICENSE'],
].map((path) => join(root, path));

/**
 * @param {string} name
 * @param {{ config: string, folder: string, product: string, sources: string[] }} options
 * @returns {import('../lib/pipeline.mjs').Stage['run']}
 */
function viteBuild(name, { config, folder, product, sources }) {
  return async (stage) => {
    const key = hashOf([...madeOf, ...[config, ...sources].map((path) => join(root, path))]);
    const mark = join(buildDir, 'stamps', name);
    if (existsSync(join(root, folder, product)) && existsSync(mark) && readFileSync(mark, 'utf8') === key) return 'up to date';
    await run(stage, process.execPath, [vite, 'build', '--config', config, '--logLevel', 'info'], {
      advice: 'correct the error shown',
    });
    writeFileSync(join(root, folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices());
    mkdirSync(join(buildDir, 'stamps'), { recursive: true });
    writeFileSync(mark, key);
    return undefined;
  };
}

export const buildPage = viteBuild('page', {
  config: 'vite.config.ts',
  folder: 'dist',
  product: 'index.html',
  sources: ['web'],
});

export const buildCommandLine = viteBuild('command-line', {
  config: 'vite.cli.config.ts',
  folder: 'dist-cli',
  product: 'webunmix.mjs',
  sources: [],
});
