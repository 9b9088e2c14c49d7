// The grammar of the command line.
import { expect, test } from 'vitest';
import { parseCommand } from '../../workers/cli/arguments';
import { UsageError } from '../../workers/cli/usage-error';

const parse = (line: string) => parseCommand(line.split(' ').filter((word) => word !== ''));

const wrong = (line: string): string => {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'understood';
};

test('a run with nothing but what it needs', () => {
  expect(parse('run /1/unmix in.tif -o out.tif')).toEqual({
    command: 'run',
    recipe: '/1/unmix',
    inputs: [{ role: 'main', path: 'in.tif' }],
    output: 'out.tif',
    axes: '',
    special: [],
    compression: 'deflate',
    workers: undefined,
    quiet: false,
    overwrite: false,
  });
});

test('a run with everything', () => {
  const line =
    'run r.json a.tif b.tif --output o.tif --axes T9Z20C2 --grid 1x2 --profile p.tif --dark d.tif --level l1.tif --level l2.tif ' +
    '--profiles ps.tif --maps m.tif --compression zstd --workers 5 --quiet --overwrite';
  expect(parse(line)).toEqual({
    command: 'run',
    recipe: 'r.json',
    inputs: [
      { role: 'main', path: 'a.tif' },
      { role: 'main', path: 'b.tif' },
      { role: 'profile', path: 'p.tif' },
      { role: 'dark', path: 'd.tif' },
      { role: 'level', path: 'l1.tif' },
      { role: 'level', path: 'l2.tif' },
    ],
    output: 'o.tif',
    axes: 'T9Z20C2',
    special: [
      { option: 'grid', value: '1x2' },
      { option: 'profiles', value: 'ps.tif' },
      { option: 'maps', value: 'm.tif' },
    ],
    compression: 'zstd',
    workers: 5,
    quiet: true,
    overwrite: true,
  });
});

test('the other commands', () => {
  expect(parse('inspect in.tif --axes T')).toEqual({ command: 'inspect', input: 'in.tif', axes: 'T' });
  expect(parse('schema')).toEqual({ command: 'schema' });
  expect(parse('example out.tif --seed 3 --shape 1,2,3,4,5')).toEqual({
    command: 'example',
    output: 'out.tif',
    scene: undefined,
    seed: 3,
    shape: [1, 2, 3, 4, 5],
    options: {},
    overwrite: false,
  });
  for (const line of ['--help', '-h', 'help', 'run --help']) expect(parse(line)).toEqual({ command: 'help' });
  for (const line of ['--version', '-V']) expect(parse(line)).toEqual({ command: 'version' });
});

test('what is not understood is said, and what would be', () => {
  expect(wrong('')).toMatch(/a command is missing: run, inspect, schema or example/);
  expect(wrong('unmix in.tif')).toMatch(/no command "unmix"/);
  expect(wrong('run /1/unmix -o out.tif')).toMatch(/at least one input/);
  expect(wrong('run /1/unmix in.tif')).toMatch(/output is missing: -o OUT/);
  expect(wrong('run /1/unmix in.tif -o out.tif --compression jpeg')).toBe(
    '--compression jpeg: choose from deflate, zstd, lzw, none',
  );
  expect(wrong('run /1/unmix in.tif -o out.tif --workers 0')).toBe('--workers 0: a whole number from 1 to 8');
  expect(wrong('run /1/unmix in.tif -o out.tif --workers 2.5')).toBe('--workers 2.5: a whole number from 1 to 8');
  expect(wrong('run /1/flatfield in.tif -o out.tif --profile a.npz --profile b.npz')).toBe(
    '--profile b.npz: there is one already, a.npz; give it once',
  );
  expect(wrong('run /1/unmix in.tif -o out.tif --grid 3')).toBe('--grid 3: rows x columns, such as 3x4');
  expect(wrong('run /1/unmix in.tif -o out.tif --alpha 3')).toMatch(/--alpha/);
  expect(wrong('run /1/unmix in.tif -o')).toMatch(/output/);
  expect(wrong('inspect')).toMatch(/one input/);
  expect(wrong('inspect a.tif b.tif')).toMatch(/one input/);
  expect(wrong('schema now')).toMatch(/no arguments/);
  expect(wrong('example')).toMatch(/one output/);
  expect(wrong('example out.tif --shape 1,2,3')).toMatch(/five numbers/);
  expect(wrong('example out.tif --options light')).toMatch(/a JSON object/);
  expect(wrong('example out.tif --options [1]')).toMatch(/a JSON object/);
});
