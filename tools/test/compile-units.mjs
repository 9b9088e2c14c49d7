// Files as a build compiles them, for tools that look at every file: which flags, which sources and headers of ours; and which
// were found clean before and have not changed since.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from '../lib/command.mjs';
import { forEachParallel } from '../lib/parallel.mjs';
import { buildDir, root } from '../lib/paths.mjs';

const cleanDir = join(buildDir, 'clean');

/**
 * What is compiled at once: `file`, and in a build that joins files of a room the sources it includes. `name` is that of its object.
 * @typedef {{ name: string, file: string, flags: string[], sources: string[], headers: string[] }} Unit
 */

/**
 * Configures a preset so that each room is compiled as one, without building it: what tools find is mostly in headers, and so is
 * their time.
 * @param {import('../lib/pipeline.mjs').StageContext} stage
 * @param {string} preset
 * @param {string} name of the folder in build/
 * @returns {Promise<Unit[]>} of core/
 */
export async function roomsOf(stage, preset, name) {
  const folder = join(buildDir, name);
  const joined = ['-DCMAKE_UNITY_BUILD=ON', '-DCMAKE_UNITY_BUILD_BATCH_SIZE=0'];
  await run(stage, 'cmake', ['--preset', preset, '-B', folder, ...joined], { advice: 'correct what CMake names above' });
  return unitsOf(folder, /^core\//);
}

/**
 * The units of a build, without what says where output goes, what is precompiled, and that warnings are errors.
 * @param {string} folder of the build
 * @param {RegExp} wanted object files, relative to the folder
 * @returns {Unit[]}
 */
export function unitsOf(folder, wanted) {
  /** @type {{ file: string, command: string }[]} */
  const commands = JSON.parse(readFileSync(join(folder, 'compile_commands.json'), 'utf8'));
  return commands
    .map(({ file, command }) => {
      const words = command.replaceAll('\\"', '"').split(/\s+/);
      const compiler = words.findIndex((word) => /(^|\/)(clang|em|g)\+\+$/.test(word));
      const flags = withoutOutput(words.slice(compiler + 1), file);
      const name = words[words.indexOf('-o') + 1] ?? '';
      return { name, file, flags, sources: sourcesOf(file) };
    })
    .filter(({ name }) => wanted.test(name))
    .map((unit) => ({ ...unit, headers: headersOf(unit.sources) }));
}

/** @param {string} file compiled: one of ours, or one of CMake's that includes several of ours */
function sourcesOf(file) {
  if (!file.includes('/Unity/')) return [file];
  return [...readFileSync(file, 'utf8').matchAll(/^#include "(.*)"$/gm)].map((match) => match[1] ?? '');
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

/** The headers of ours that files include, directly or not. @param {string[]} sources */
function headersOf(sources) {
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = [...sources];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const match of readFileSync(file, 'utf8').matchAll(/^#include "(.*)"$/gm)) {
      const header = [dirname(file), join(root, 'core')]
        .map((folder) => join(folder, match[1] ?? ''))
        .find((path) => existsSync(path));
      if (header === undefined || found.has(header)) continue;
      found.add(header);
      waiting.push(header);
    }
  }
  return [...found].sort();
}

/**
 * Checks every unit; one that was clean is not checked again until something it depends on changes.
 * @param {Unit[]} units
 * @param {{ stage: import('../lib/pipeline.mjs').StageContext, tool: string, command: (unit: Unit) => [string, ...string[]] }} options
 *   `tool` stands for everything else the outcome depends on: the tool's version and its settings
 * @returns {Promise<import('../lib/pipeline.mjs').Counts>} of source files; one that is joined with a faulty one has failed too
 */
export async function checkUnits(units, { stage, tool, command }) {
  mkdirSync(cleanDir, { recursive: true });
  const counts = { passed: 0, failed: 0 };
  /** @param {Unit} unit */
  const markOf = (unit) => {
    const hash = createHash('sha256').update(tool).update(unit.flags.join(' '));
    for (const path of new Set([unit.file, ...unit.sources, ...unit.headers]))
      hash.update(relative(root, path)).update(readFileSync(path));
    return join(cleanDir, hash.digest('hex'));
  };
  const pending = units.filter((unit) => !existsSync(markOf(unit)));
  for (const unit of units) if (!pending.includes(unit)) counts.passed += unit.sources.length;
  // The longest first, or one core waits for it at the end.
  const ordered = pending.sort((a, b) => b.sources.length - a.sources.length);
  await forEachParallel(ordered, stage.cores, async (unit) => {
    const [program, ...args] = command(unit);
    const { code } = await run(stage, program, args, { allowFailure: true, whole: true });
    if (code === 0) writeFileSync(markOf(unit), unit.name);
    counts[code === 0 ? 'passed' : 'failed'] += unit.sources.length;
  });
  return counts;
}
