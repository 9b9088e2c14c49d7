// What each command of package.json does, as lists of stages: every command begins with the set-up it needs.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cmakeBuild } from './build/cmake.mjs';
import { buildCommandLine, buildPage } from './build/site.mjs';
import { presets, root } from './lib/paths.mjs';
import { runOrStop, runStages } from './lib/pipeline.mjs';
import { portOf, serve } from './serve.mjs';
import { installNodePackages } from './setup/node-packages.mjs';
import { installSystemPackages } from './setup/system-packages.mjs';
import { buildThirdParty, fetchSources } from './setup/third-party.mjs';
import { checkBiome, checkCppFormat, checkTypes, cppFiles } from './test/checks.mjs';
import { clangTidy } from './test/clang-tidy.mjs';
import { coreTests } from './test/core-tests.mjs';
import { gccWarnings } from './test/gcc-warnings.mjs';
import { playwright, vitest } from './test/script-tests.mjs';

/** @typedef {import('./lib/pipeline.mjs').Stage} Stage */

/** @type {Stage[]} */
const tools = [
  { name: 'system packages', run: installSystemPackages },
  { name: 'npm packages', run: installNodePackages },
];

/** @type {Stage[]} */
const setup = [
  ...tools,
  { name: 'third-party sources', needs: ['system packages'], run: fetchSources },
  { name: 'third-party wasm', needs: ['third-party sources'], cores: 'all', run: buildThirdParty },
];

/** @type {Stage[]} */
const product = [
  { name: 'wasm module', needs: ['third-party wasm'], cores: 'all', run: cmakeBuild(presets.wasm, 'webunmix_module') },
  { name: 'page', needs: ['wasm module', 'npm packages'], run: buildPage },
  { name: 'command line', needs: ['wasm module', 'npm packages'], run: buildCommandLine },
];

/** @type {Stage[]} */
const checks = [
  { name: 'layout of C++', needs: ['system packages'], counts: true, run: checkCppFormat },
  { name: 'Biome', needs: ['npm packages'], counts: true, run: checkBiome },
  { name: 'types', needs: ['npm packages'], counts: true, run: checkTypes },
  { name: 'core, clang with sanitizers', needs: ['system packages'], cores: 'all', run: cmakeBuild(presets.asan) },
  {
    name: 'core tests, native',
    needs: ['core, clang with sanitizers'],
    counts: true,
    cores: 'all',
    run: coreTests(presets.asan),
  },
  { name: 'warnings of gcc', needs: ['system packages'], counts: true, cores: 'all', run: gccWarnings },
  { name: 'core, wasm', needs: ['wasm module'], cores: 'all', run: cmakeBuild(presets.wasm) },
  { name: 'core tests, wasm in Node', needs: ['core, wasm'], counts: true, cores: 'all', run: coreTests(presets.wasm) },
  {
    name: 'clang-tidy',
    needs: ['system packages', 'wasm module'],
    counts: true,
    cores: 'all',
    run: clangTidy,
  },
  {
    name: 'tests in Node, docs',
    needs: ['page', 'command line'],
    counts: true,
    cores: 'all',
    run: vitest,
  },
  { name: 'tests in Chromium', needs: ['page'], counts: true, cores: 'all', run: playwright },
];

/** @param {string[]} args @param {import('node:util').ParseArgsConfig['options']} options */
function optionsOf(args, options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    return process.exit(2);
  }
}

/** @param {string[]} args */
async function start(args) {
  const { port: text, host } = /** @type {{ port?: string, host?: string }} */ (
    optionsOf(args, { port: { type: 'string' }, host: { type: 'string' } })
  );
  try {
    const port = portOf(text);
    await runOrStop([...setup, ...product.filter(({ name }) => name !== 'command line')]);
    const { url } = await serve({ ...(host ? { host } : {}), ...(port === undefined ? {} : { port }) });
    process.stdout.write(`\nWebUnmix is at ${url} (Ctrl+C ends it)\n`);
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exitCode = 1;
  }
}

/** Runs everything, whatever fails, and closes with the counts. */
async function test() {
  const outcomes = await runStages([...setup, ...product, ...checks]);
  // A build that fails is one failure, and so is each check that could not run because of it.
  const passed = outcomes.reduce((sum, { counts }) => sum + counts.passed, 0);
  const failed = outcomes.reduce((sum, { counts }) => sum + counts.failed, 0);
  process.exitCode = failed > 0 || outcomes.some(({ state }) => state !== 'ok') ? 1 : 0;
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
}

/** @param {string[]} args */
async function bench(args) {
  await runOrStop([
    ...setup,
    ...product,
    { name: 'kernels, native', needs: ['system packages'], cores: 'all', run: cmakeBuild(presets.native, 'webunmix_bench') },
    { name: 'kernels, wasm', needs: ['wasm module'], cores: 'all', run: cmakeBuild(presets.wasm, 'webunmix_bench') },
  ]);
  const child = spawn(process.execPath, [join(root, 'tools/bench/main.mjs'), ...args], { cwd: root, stdio: 'inherit' });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

async function format() {
  await runOrStop(tools);
  /** @type {(program: string, args: string[]) => Promise<void>} */
  const apply = (program, args) =>
    new Promise((resolve) => {
      spawn(program, args, { cwd: root, stdio: 'inherit' }).on('close', (code) => {
        if (code) process.exitCode = 1;
        resolve();
      });
    });
  await apply('clang-format', ['-i', ...cppFiles()]);
  await apply(join(root, 'node_modules/.bin/biome'), ['check', '--write', '.']);
}

/** @type {Record<string, (args: string[]) => Promise<void>>} */
export const commands = {
  setup: () => runOrStop(setup),
  build: () => runOrStop([...setup, ...product]),
  start,
  test,
  bench,
  format,
};
