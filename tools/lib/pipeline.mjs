// Stages: the steps of a command, each with a name, what it needs, and one line of output with its time.
//
// Stages whose needs are met run side by side as long as their cores add up to what the machine has. A stage that
// fails prints what failed, the end of its log and what to do; those that need it do not run. All output of a stage is
// in build/logs/NAME.log.
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { StageError } from './command.mjs';
import { logDir, root } from './paths.mjs';

/**
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{ log: import('node:fs').WriteStream, cores: number }} StageContext
 * @typedef {object} Stage
 * @property {string} name
 * @property {string[]} [needs] names of stages that come before
 * @property {number | 'all'} [cores] how many cores it keeps busy: 1 unless given
 * @property {boolean} [counts] whether it is a check: with no counts of its own, passing counts as one
 * @property {(stage: StageContext) => Promise<Counts | string | void>} run its counts, or a remark for its line
 * @typedef {{ stage: Stage, state: 'ok' | 'failed' | 'not run', counts: Counts }} Outcome
 */

const cores = availableParallelism();
const shownLines = 40;

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** @param {Stage} stage */
const logPath = (stage) => join(logDir, `${stage.name.replaceAll(/[^a-z0-9]+/gi, '-')}.log`);

/** The part of a log worth showing: from its first error on, or its end; its last line is the stage's own. @param {string} path */
function excerpt(path) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(0, -1);
  const error = lines.findIndex((line) => /\berror:|^FAILED: .*\.o\b|^Error:|CMake Error/.test(line));
  const from = Math.max(0, error < 0 ? lines.length - shownLines : error - 1);
  return lines.slice(from, from + shownLines).map((line) => `    ${line}`);
}

/** Runs one stage and prints its line. @param {Stage} stage @returns {Promise<Outcome>} */
async function runOne(stage) {
  const path = logPath(stage);
  const log = createWriteStream(path);
  const started = performance.now();
  const width = 34;
  /** @type {(mark: string, remark: string) => string} */
  const line = (mark, remark) =>
    `${mark} ${stage.name.padEnd(width)} ${seconds(performance.now() - started).padStart(8)}  ${remark}`.trimEnd();
  const closed = () => new Promise((resolve) => log.end(resolve));
  try {
    const result = await stage.run({ log, cores });
    await closed();
    const counts = typeof result === 'object' ? result : { passed: stage.counts ? 1 : 0, failed: 0 };
    if (counts.failed > 0) throw Object.assign(new StageError(`${counts.failed} failed`), { counts });
    print(line('ok  ', typeof result === 'object' ? `${counts.passed} passed` : (result ?? '')));
    return { stage, state: 'ok', counts };
  } catch (error) {
    log.write(error instanceof StageError ? `${error.message}\n` : `${/** @type {Error} */ (error).stack}\n`);
    await closed();
    const { message } = /** @type {Error} */ (error);
    const advice = error instanceof StageError ? error.advice : undefined;
    print(
      [
        line('FAIL', message),
        ...excerpt(path),
        `     all of its output: ${relative(root, path)}`,
        ...(advice ? [`     what to do: ${advice}`] : []),
      ].join('\n'),
    );
    const counts = /** @type {{ counts?: Counts }} */ (error).counts;
    return { stage, state: 'failed', counts: counts ?? { passed: 0, failed: 1 } };
  }
}

/** On a terminal the names of what is running stand on the last line. @type {Set<string>} */
const running = new Set();
function showRunning() {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${[...running].map((name) => `${name} …`).join('  ')}\r`);
}

/** @param {string} text */
function print(text) {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  process.stdout.write(`${text}\n`);
}

/**
 * Runs stages in the order their needs ask for, and the given order where those leave a choice.
 * @param {Stage[]} stages
 * @returns {Promise<Outcome[]>}
 */
export async function runStages(stages) {
  mkdirSync(logDir, { recursive: true });
  /** @type {Map<string, Outcome>} */
  const done = new Map();
  const waiting = new Set(stages);
  let busy = 0;
  /** @param {Stage} stage */
  const load = (stage) => (stage.cores === 'all' ? cores : Math.min(stage.cores ?? 1, cores));

  await new Promise((resolve) => {
    const next = () => {
      for (const stage of waiting) {
        const needs = (stage.needs ?? []).map((name) => done.get(name));
        if (needs.some((outcome) => outcome && outcome.state !== 'ok')) {
          waiting.delete(stage);
          print(
            `----  ${stage.name}: not run, it needs ${(stage.needs ?? []).filter((name) => done.get(name)?.state !== 'ok').join(', ')}`,
          );
          done.set(stage.name, { stage, state: 'not run', counts: { passed: 0, failed: stage.counts ? 1 : 0 } });
          return next();
        }
        if (needs.some((outcome) => !outcome) || busy + load(stage) > cores) continue;
        waiting.delete(stage);
        busy += load(stage);
        running.add(stage.name);
        showRunning();
        runOne(stage).then((outcome) => {
          busy -= load(stage);
          running.delete(stage.name);
          done.set(stage.name, outcome);
          showRunning();
          next();
        });
      }
      if (done.size === stages.length) resolve(undefined);
    };
    next();
  });
  return stages.map((stage) => /** @type {Outcome} */ (done.get(stage.name)));
}

/** Runs stages and ends the process when one did not succeed. @param {Stage[]} stages */
export async function runOrStop(stages) {
  const outcomes = await runStages(stages);
  if (outcomes.some((outcome) => outcome.state !== 'ok')) process.exit(1);
}
