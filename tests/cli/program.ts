// Runs the built command line as a user would, in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { program } from '../workers/node/real';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function startProgram(args: readonly string[], cwd: string): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

export const run = (args: readonly string[], cwd: string): Promise<Ended> => startProgram(args, cwd).ended;
