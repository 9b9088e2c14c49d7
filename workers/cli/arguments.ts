// The grammar of the command line: what was typed becomes one Command, or a UsageError that says what is wrong.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { InputRole, RunOptions } from '../api';
import { UsageError } from './usage-error';

export interface InputArgument {
  role: InputRole;
  path: string;
}

export interface RunCommand {
  command: 'run';
  recipe: string;
  inputs: InputArgument[];
  output: string;
  axes: string;
  /** Options that only some steps use, as typed: "--grid" and so on. */
  special: { option: string; value: string }[];
  compression: NonNullable<RunOptions['compression']>;
  workers: number | undefined;
  quiet: boolean;
  overwrite: boolean;
}

export interface ExampleCommand {
  command: 'example';
  output: string;
  scene: string | undefined;
  seed: number | undefined;
  shape: number[] | undefined;
  /** What else the scene takes (docs/formats.md). */
  options: Record<string, unknown>;
  overwrite: boolean;
}

export type Command =
  | RunCommand
  | { command: 'inspect'; input: string; axes: string }
  | ExampleCommand
  | { command: 'schema' | 'help' | 'version' };

const compressions = ['deflate', 'zstd', 'lzw', 'none'] as const;

export function parseCommand(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (args.includes('--help') || args.includes('-h') || name === 'help') return { command: 'help' };
  if (name === '--version' || name === '-V') return { command: 'version' };
  switch (name) {
    case 'run':
      return parseRun(rest);
    case 'inspect':
      return parseInspect(rest);
    case 'example':
      return parseExample(rest);
    case 'schema':
      parse(rest, {}, 0, 0, 'schema takes no arguments');
      return { command: 'schema' };
    case undefined:
      throw new UsageError('a command is missing: run, inspect, schema or example. See webunmix --help');
    default:
      throw new UsageError(`there is no command "${name}": run, inspect, schema or example. See webunmix --help`);
  }
}

function parseRun(args: string[]): RunCommand {
  const { values, positionals } = parse(
    args,
    {
      output: { type: 'string', short: 'o' },
      axes: { type: 'string', default: '' },
      grid: { type: 'string' },
      profile: { type: 'string', multiple: true, default: [] },
      dark: { type: 'string', multiple: true, default: [] },
      mask: { type: 'string', multiple: true, default: [] },
      level: { type: 'string', multiple: true, default: [] },
      profiles: { type: 'string' },
      maps: { type: 'string' },
      compression: { type: 'string', default: 'deflate' },
      workers: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      overwrite: { type: 'boolean', default: false },
    },
    2,
    Number.POSITIVE_INFINITY,
    'run takes a recipe and at least one input: webunmix run RECIPE INPUT... -o OUT',
  );
  const [recipe = '', ...mains] = positionals;
  if (!values.output) throw new UsageError('the output is missing: -o OUT');
  const compression = compressions.find((known) => known === values.compression);
  if (!compression) throw new UsageError(`--compression ${values.compression}: choose from ${compressions.join(', ')}`);
  if (values.grid !== undefined && !/^[1-9]\d*x[1-9]\d*$/.test(values.grid)) {
    throw new UsageError(`--grid ${values.grid}: rows x columns, such as 3x4`);
  }
  const inputs: InputArgument[] = mains.map((path) => ({ role: 'main', path }));
  for (const role of ['profile', 'dark', 'mask'] as const) {
    const [path, second] = values[role];
    if (second !== undefined) throw new UsageError(`--${role} ${second}: there is one already, ${path}; give it once`);
    if (path !== undefined) inputs.push({ role, path });
  }
  for (const path of values.level) inputs.push({ role: 'level', path });
  const special = (['grid', 'profiles', 'maps'] as const).flatMap((option) => {
    const value = values[option];
    return value === undefined ? [] : [{ option, value }];
  });
  return {
    command: 'run',
    recipe,
    inputs,
    output: values.output,
    axes: values.axes,
    special,
    compression,
    workers: values.workers === undefined ? undefined : wholeNumber('--workers', values.workers, 1, 8),
    quiet: values.quiet,
    overwrite: values.overwrite,
  };
}

function parseInspect(args: string[]): Command {
  const usage = 'inspect takes one input: webunmix inspect INPUT';
  const { values, positionals } = parse(args, { axes: { type: 'string', default: '' } }, 1, 1, usage);
  return { command: 'inspect', input: positionals[0] ?? '', axes: values.axes };
}

function parseExample(args: string[]): ExampleCommand {
  const { values, positionals } = parse(
    args,
    {
      scene: { type: 'string' },
      seed: { type: 'string' },
      shape: { type: 'string' },
      options: { type: 'string', default: '{}' },
      overwrite: { type: 'boolean', default: false },
    },
    1,
    1,
    'example takes one output: webunmix example OUT.ome.tif',
  );
  const shape = values.shape?.split(',').map((part) => wholeNumber('--shape', part, 1, 2 ** 31 - 1));
  if (shape && shape.length !== 5) throw new UsageError(`--shape ${values.shape}: five numbers, T,Z,C,Y,X`);
  return {
    command: 'example',
    output: positionals[0] ?? '',
    scene: values.scene,
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    shape,
    options: sceneOptions(values.options),
    overwrite: values.overwrite,
  };
}

function sceneOptions(text: string): Record<string, unknown> {
  try {
    const options: unknown = JSON.parse(text);
    if (options !== null && typeof options === 'object' && !Array.isArray(options)) return { ...options };
  } catch {
    // Said below, as for JSON of another kind.
  }
  throw new UsageError(`--options ${text}: a JSON object of the scene's options, such as '{"noise":2}'`);
}

function parse<O extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: O,
  least: number,
  most: number,
  usage: string,
) {
  let parsed: ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node's advice on how to quote a positional does not fit here: its first sentence says what is wrong.
    throw new UsageError((error as Error).message.split('. ')[0] ?? '');
  }
  if (parsed.positionals.length < least || parsed.positionals.length > most) throw new UsageError(usage);
  return parsed;
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} ${text}: a whole number from ${least} to ${most}`);
}
