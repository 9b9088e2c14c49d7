// Source files as a build compiles them, for tools that look at every file: which flags, which headers of ours; and which files
// were found clean before and have not changed since.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { run } from '../lib/command.mjs';
import { forEachParallel } from '../lib/parallel.mjs';
import { buildDir, root } from '../lib/paths.mjs';

const cleanDir = join(buildDir, 'clean');
const joinedDir = join(buildDir, 'joined');

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

/** @param {Unit} unit what files must have in common to be checked as one */
const groupOf = (unit) => `${dirname(unit.file)} ${unit.flags.join(' ')}`;

/** @param {string} output @param {Unit[]} units those that compiler messages point at */
function blamed(output, units) {
  const files = new Set(
    [...output.matchAll(/^(\/[^:\n]+):\d+:\d+: (?:warning|error|fatal error|note):/gm)].map((match) => match[1]),
  );
  return units.filter(({ file }) => files.has(file));
}

/**
 * Checks every unit; one that was clean is not checked again until something it depends on changes.
 *
 * Most of the time goes into headers, so the files of a folder are looked at as one file that includes them all. Those that messages
 * then point at are looked at by themselves: what is wrong is said of them, and names that only clash with those of a neighbour
 * are no fault.
 * @param {Unit[]} units
 * @param {{ stage: import('../lib/pipeline.mjs').StageContext, tool: string, command: (unit: Unit) => [string, ...string[]] }} options
 *   `tool` stands for everything else the outcome depends on: the tool's version and its settings
 * @returns {Promise<import('../lib/pipeline.mjs').Counts>}
 */
export async function checkUnits(units, { stage, tool, command }) {
  mkdirSync(cleanDir, { recursive: true });
  mkdirSync(joinedDir, { recursive: true });
  const counts = { passed: 0, failed: 0 };
  /** @param {Unit} unit */
  const markOf = (unit) => {
    const hash = createHash('sha256').update(tool).update(unit.flags.join(' '));
    for (const path of [unit.file, ...unit.headers]) hash.update(relative(root, path)).update(readFileSync(path));
    return join(cleanDir, hash.digest('hex'));
  };
  /** @param {Unit} unit @param {boolean} clean */
  const note = (unit, clean) => {
    if (clean) writeFileSync(markOf(unit), relative(root, unit.file));
    counts[clean ? 'passed' : 'failed'] += 1;
  };
  /** @param {Unit} unit */
  const checkAlone = async (unit) => {
    const [program, ...args] = command(unit);
    const { code } = await run(stage, program, args, { allowFailure: true, whole: true });
    note(unit, code === 0);
  };
  /** @param {Unit[]} group */
  const checkGroup = async (group) => {
    const [first] = group;
    if (!first) return;
    if (group.length === 1) return checkAlone(first);
    const name = createHash('sha256').update(tool).update(groupOf(first)).digest('hex').slice(0, 12);
    const joined = join(joinedDir, `${name}.cpp`);
    writeFileSync(joined, group.map(({ file }) => `#include "${file}"  // NOLINT: as intended\n`).join(''));
    const [program, ...args] = command({ ...first, file: joined });
    const { code, output } = await run(stage, program, args, { allowFailure: true, silent: true });
    if (code === 0) {
      for (const unit of group) note(unit, true);
      return;
    }
    const suspects = blamed(output, group);
    const alone = suspects.length > 0 ? suspects : group;
    for (const unit of alone) await checkAlone(unit);
    await checkGroup(group.filter((unit) => !alone.includes(unit)));
  };

  const pending = units.filter((unit) => !existsSync(markOf(unit)));
  counts.passed += units.length - pending.length;
  /** @type {Map<string, Unit[]>} */
  const groups = new Map();
  for (const unit of pending) groups.set(groupOf(unit), [...(groups.get(groupOf(unit)) ?? []), unit]);
  // The longest first, or one core waits for it at the end.
  const ordered = [...groups.values()].sort((a, b) => b.length - a.length);
  await forEachParallel(ordered, stage.cores, checkGroup);
  return counts;
}
