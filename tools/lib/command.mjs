// Running programs: output goes to the stage's log, a failure becomes a StageError that says what to do.
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** A stage that failed for a reason the user can act on. */
export class StageError extends Error {
  /** @param {string} message what failed @param {string} [advice] what to do */
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

/**
 * Runs a program to its end.
 * @param {{ log: import('node:fs').WriteStream }} stage where the output goes
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, advice?: string, allowFailure?: boolean, minutes?: number,
 *   whole?: boolean }} [options] `allowFailure`: an exit code is a result, not an error; `minutes`: the program is ended after so
 *   long; `whole`: its output enters the log in one piece, for programs that run side by side
 * @returns {Promise<{ code: number, output: string }>} exit code and everything it printed
 */
export function run(stage, program, args, options = {}) {
  const { cwd = root, env = {}, advice, allowFailure = false, minutes, whole = false } = options;
  const heading = `$ ${[program, ...args].join(' ')}\n`;
  if (!whole) stage.log.write(heading);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(minutes ? { timeout: minutes * 60_000, killSignal: 'SIGKILL' } : {}),
    });
    /** @type {string[]} */
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        chunks.push(text);
        if (!whole) stage.log.write(text);
      });
    }
    child.on('error', (error) => reject(new StageError(`${program} cannot be started: ${error.message}`, advice)));
    child.on('close', (code, signal) => {
      const output = chunks.join('');
      const end = signal ? `${program} was ended by ${signal}` : `${program} exited with ${code}`;
      if (whole) stage.log.write(heading + output);
      if (signal && allowFailure) stage.log.write(`${end}\n`);
      if (code === 0 || allowFailure) resolve({ code: code ?? 1, output });
      else reject(new StageError(end, advice));
    });
  });
}
