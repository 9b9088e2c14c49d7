// clang-tidy over core/ and wasm/, file by file, side by side. A file that was clean is not checked again until it, a header of ours
// it includes, the checks or clang-tidy itself change.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { run, StageError } from '../lib/command.mjs';
import { forEachParallel } from '../lib/parallel.mjs';
import { buildDir, presets, root } from '../lib/paths.mjs';

const cleanDir = join(buildDir, 'tidy');

/** @typedef {{ file: string, flags: string[], headers: string[] }} Unit a source file and how it is compiled */

/**
 * The units of a build, with the headers of ours each includes.
 * @param {string} preset
 * @param {RegExp} wanted
 * @returns {Unit[]}
 */
function unitsOf(preset, wanted) {
  const folder = join(buildDir, preset);
  /** @type {{ file: string, command: string, output: string }[]} */
  const commands = JSON.parse(readFileSync(join(folder, 'compile_commands.json'), 'utf8'));
  const dependencies = recordedHeaders(folder);
  return commands
    .filter(({ file }) => wanted.test(relative(root, file)))
    .map(({ file, command, output }) => {
      const words = command.split(/\s+/).filter((word) => word !== '');
      const compiler = words.findIndex((word) => /(^|\/)(clang|em)\+\+$/.test(word));
      const flags = words
        .slice(compiler + 1)
        .filter((word, i, all) => !/^-[co]$/.test(word) && all[i - 1] !== '-o' && word !== file);
      return { file, flags: flags.filter((flag) => !flag.startsWith('-Werror')), headers: dependencies.get(output) ?? [] };
    });
}

/** What Ninja recorded of the last build: for each object file the headers of ours. @param {string} folder */
function recordedHeaders(folder) {
  /** @type {Map<string, string[]>} */
  const headers = new Map();
  const { stdout } = spawnSync('ninja', ['-C', folder, '-t', 'deps'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  let current = '';
  for (const line of stdout.split('\n')) {
    const object = /^(\S+): #deps/.exec(line);
    if (object) {
      current = object[1] ?? '';
      headers.set(current, []);
    } else if (line.startsWith('    ')) {
      const path = resolve(folder, line.trim());
      if (/^(core|wasm)\//.test(relative(root, path))) headers.get(current)?.push(path);
    }
  }
  return headers;
}

/** Compiled by Emscripten, but clang-tidy is clang's: it needs what em++ would add. @returns {string[]} */
function emscriptenFlags() {
  const { stdout, status } = spawnSync('em++', ['--cflags'], { encoding: 'utf8' });
  if (status !== 0) throw new StageError('em++ --cflags failed', 'check the installation of Emscripten');
  return stdout.trim().split(/\s+/);
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function clangTidy(stage) {
  const native = unitsOf(presets.asan, /^core\/.*\.cpp$/);
  const wasm = unitsOf(presets.wasm, /^(wasm\/[^/]*|core\/.*_wasm)\.cpp$/);
  const extra = wasm.length > 0 ? emscriptenFlags() : [];
  const units = [...native, ...wasm.map((unit) => ({ ...unit, flags: [...extra, ...unit.flags] }))];
  if (units.length === 0) throw new StageError('there is nothing to check', 'the builds must come first');

  const version = spawnSync('clang-tidy', ['--version'], { encoding: 'utf8' }).stdout;
  const settings = readFileSync(join(root, '.clang-tidy'), 'utf8') + version;
  mkdirSync(cleanDir, { recursive: true });
  const counts = { passed: 0, failed: 0 };
  await forEachParallel(units, stage.cores, async ({ file, flags, headers }) => {
    const hash = createHash('sha256').update(settings).update(flags.join(' '));
    for (const path of [file, ...headers]) hash.update(relative(root, path)).update(readFileSync(path));
    const mark = join(cleanDir, hash.digest('hex'));
    if (!existsSync(mark)) {
      const { code } = await run(stage, 'clang-tidy', ['--quiet', file, '--', ...flags], { allowFailure: true, whole: true });
      if (code !== 0) {
        counts.failed += 1;
        return;
      }
      writeFileSync(mark, relative(root, file));
    }
    counts.passed += 1;
  });
  return counts;
}
