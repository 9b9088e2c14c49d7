// Source files as a build compiles them, for tools that look at every file: which flags, which headers of ours; and which files
// were found clean before and have not changed since.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { forEachParallel } from '../lib/parallel.mjs';
import { buildDir, root } from '../lib/paths.mjs';

const cleanDir = join(buildDir, 'clean');

/** @typedef {{ file: string, flags: string[], headers: string[] }} Unit */

/**
 * The files of a build, without what says where output goes, what is precompiled, and that warnings are errors.
 * @param {string} preset
 * @param {RegExp} wanted
 * @returns {Unit[]}
 */
export function unitsOf(preset, wanted) {
  const folder = join(buildDir, preset);
  /** @type {{ file: string, command: string, output: string }[]} */
  const commands = JSON.parse(readFileSync(join(folder, 'compile_commands.json'), 'utf8'));
  const headers = recordedHeaders(folder);
  return commands
    .filter(({ file }) => wanted.test(relative(root, file)))
    .map(({ file, command, output }) => {
      const words = command.replaceAll('\\"', '"').split(/\s+/);
      const compiler = words.findIndex((word) => /(^|\/)(clang|em|g)\+\+$/.test(word));
      return { file, flags: withoutOutput(words.slice(compiler + 1), file), headers: headers.get(output) ?? [] };
    });
}

/** @param {string[]} words @param {string} file */
function withoutOutput(words, file) {
  /** @type {string[]} */
  const flags = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '-o') i += 1;
    else if (word === '-Xclang' && /^-include(-pch)?$/.test(words[i + 1] ?? '')) i += 3;
    else if (word !== '' && word !== '-c' && word !== file && !/^-(Werror|Winvalid-pch|fpch)/.test(word)) flags.push(word);
  }
  return flags;
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

/**
 * Checks every unit, side by side; one that was clean is not checked again until something it depends on changes.
 * @param {Unit[]} units
 * @param {{ tool: string, cores: number, check: (unit: Unit) => Promise<boolean> }} options `tool` stands for everything else the
 *   outcome depends on: the tool's version and its settings
 * @returns {Promise<import('../lib/pipeline.mjs').Counts>}
 */
export async function checkUnits(units, { tool, cores, check }) {
  mkdirSync(cleanDir, { recursive: true });
  const counts = { passed: 0, failed: 0 };
  await forEachParallel(units, cores, async (unit) => {
    const hash = createHash('sha256').update(tool).update(unit.flags.join(' '));
    for (const path of [unit.file, ...unit.headers]) hash.update(relative(root, path)).update(readFileSync(path));
    const mark = join(cleanDir, hash.digest('hex'));
    const clean = existsSync(mark) || (await check(unit));
    if (clean) writeFileSync(mark, relative(root, unit.file));
    counts[clean ? 'passed' : 'failed'] += 1;
  });
  return counts;
}
