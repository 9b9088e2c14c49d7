// Shading profiles of numpy, in and out, with the real workers: what numpy writes is read, what is written numpy reads, and what is
// wrong with a file is said.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { NamedArray, Report, Session, StepMap } from '../../../workers/api';
import { isUnmixError } from '../../../workers/error';
import type { Machine } from '../../../workers/machine';
import { dataPath, decode, program, startMachine, temporaryFolder } from './real';

const npz = (name: string) => dataPath(`npz/${name}.npz`);
const python = (script: string, ...args: string[]) =>
  execFileSync('/usr/bin/python3', ['-c', script, ...args], { encoding: 'utf8' });
const webunmix = (folder: string, ...args: string[]) =>
  execFileSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const recipe = (settings: Record<string, unknown> = {}, step = 'flatfield') => ({ version: 1, steps: [{ step, settings }] });

/** Four frames of 48 x 64, made once. */
let stackPath = '';
/** Two channels, "Light 1" and "Light 2". */
let twoChannels = '';
beforeAll(() => {
  const folder = dataPath('../../build/tests/profiles');
  mkdirSync(folder, { recursive: true });
  webunmix(folder, 'example', 'one.ome.tif', '--scene', 'shading', '--shape', '4,1,1,48,64', '--overwrite');
  webunmix(folder, 'example', 'two.ome.tif', '--scene', 'shading', '--shape', '4,1,2,48,64', '--overwrite');
  stackPath = join(folder, 'one.ome.tif');
  twoChannels = join(folder, 'two.ome.tif');
});

async function opened(machine: Machine, profiles: { file: string; channel?: string }[], main = stackPath): Promise<Session> {
  const session = await machine.open([
    { role: 'main', file: main },
    ...profiles.map((profile) => ({ role: 'profile' as const, ...profile })),
  ]);
  onTestFinished(() => session.close());
  return session;
}

async function fitted(session: Session, settings: Record<string, unknown> = {}): Promise<{ report: Report; maps: StepMap[] }> {
  const maps: StepMap[] = [];
  const report = await session.fit(recipe(settings), { onMap: (map) => maps.push(map) });
  return { report, maps };
}

const valuesOf = (maps: StepMap[], name: string, channel = 0) =>
  maps.find((map) => map.name === name && map.channel === channel)?.values ?? new Float32Array();

const shading = (y: number, x: number) =>
  1 + 0.3 * Math.cos((Math.PI * (x + 0.5)) / 64) + 0.2 * Math.cos((Math.PI * (y + 0.5)) / 48);

/** Largest difference from the shading that make.py wrote. */
function worst(values: Float32Array, mirrored = false): number {
  let largest = values.length === 48 * 64 ? 0 : Number.POSITIVE_INFINITY;
  for (const [i, value] of values.entries()) {
    const [y, x] = [Math.floor(i / 64), i % 64];
    largest = Math.max(largest, Math.abs(value - shading(y, mirrored ? 63 - x : x)));
  }
  return largest;
}

describe('an npz that numpy wrote', () => {
  test.each([
    ['stored, float32 and uint16', 'stored', 1e-6],
    ['compressed, float64, Fortran order', 'compressed', 1e-6],
    ['int32 counts', 'counts', 1e-4],
    ['bytes', 'byte', 0.006],
  ])('%s', async (_what, name, tolerance) => {
    const { report, maps } = await fitted(await opened(await startMachine({ workers: 1 }), [{ file: npz(name) }]));
    expect(worst(valuesOf(maps, 'flatfield'))).toBeLessThan(tolerance);
    expect(report.steps[0]).toMatchObject({ details: { source: 'measured' } });
    expect((report.inputs as unknown[])[1]).toMatchObject({ role: 'profile', format: 'NumPy .npz' });
    const dark = valuesOf(maps, 'darkfield');
    if (name === 'counts') expect(dark).toHaveLength(0);
    else expect(dark.every((value) => value === 100)).toBe(true);
    const warnings = report.steps[0]?.warnings.join(' ') ?? '';
    expect(warnings.includes('divided by it')).toBe(name === 'counts' || name === 'byte');
    if (name === 'stored') expect(report.steps[0]).toMatchObject({ details: { baseline_adu: [[7.5]] } });
  });

  test('of another size is resampled, and said so', async () => {
    const { report, maps } = await fitted(await opened(await startMachine({ workers: 1 }), [{ file: npz('half') }]));
    expect(worst(valuesOf(maps, 'flatfield'))).toBeLessThan(0.003);
    expect(report.steps[0]?.warnings.join(' ')).toContain('24 x 32 pixels and was resampled to 48 x 64');
  });

  test('a dark-field of zeros does not stand in the way of a known offset', async () => {
    const { maps } = await fitted(await opened(await startMachine({ workers: 1 }), [{ file: npz('zeros') }]), { offset: 30 });
    expect(valuesOf(maps, 'darkfield')[0]).toBe(30);
  });

  test('a baseline for each frame is subtracted, one for other frames is refused', async () => {
    const machine = await startMachine({ workers: 1 });
    const session = await opened(machine, [{ file: npz('zeros') }]);
    await session.fit(recipe({ baseline_subtract: true }));
    const at = (t: number, stage: number) => session.plane({ stage, t, z: 0, channels: [0] });
    const [raw, corrected] = [(await at(3, 0)).channels[0], (await at(3, 1)).channels[0]];
    expect(corrected?.[70]).toBeCloseTo((raw?.[70] ?? 0) / shading(1, 6) - 3, 3);
    const two = await opened(machine, [{ file: npz('zeros') }], twoChannels);
    await two.fit(recipe({ baseline_subtract: true }));
    const other = join(temporaryFolder(), 'five.ome.tif');
    webunmix('.', 'example', other, '--scene', 'shading', '--shape', '5,1,1,48,64');
    const five = await opened(machine, [{ file: npz('zeros') }], other);
    await five.fit(recipe());
    await expect(five.fit(recipe({ baseline_subtract: true }))).rejects.toThrow(/4 values for 5 frames/);
  });

  test('channels are those of its first axis', async () => {
    const session = await opened(await startMachine({ workers: 1 }), [{ file: npz('channels') }], twoChannels);
    const { maps } = await fitted(session);
    expect(worst(valuesOf(maps, 'flatfield', 0))).toBeLessThan(1e-6);
    expect(worst(valuesOf(maps, 'flatfield', 1), true)).toBeLessThan(1e-6);
  });

  test('or a file for each channel, whatever their order', async () => {
    const files = [
      { file: npz('stored'), channel: 'Light 2' },
      { file: npz('counts'), channel: 'Light 1' },
    ];
    const machine = await startMachine({ workers: 1 });
    const { maps } = await fitted(await opened(machine, files, twoChannels));
    expect(maps.filter(({ name }) => name === 'darkfield').map(({ channel }) => channel)).toEqual([1]);
    await expect(opened(machine, files.slice(0, 1), twoChannels)).rejects.toThrow(/channel "Light 1".*Light 2/);
  });
});

test.each([
  ['truncated', /truncated\.npz.*numpy\.savez/],
  ['without', /no array `flatfield`; it holds flat, darkfield/],
  ['not_finite', /`flatfield` in not_finite\.npz holds a value that is NaN or infinite \(element 197 of 3072/],
  ['shapes_differ', /`darkfield` in shapes_differ\.npz has the shape 48 x 63, `flatfield` has 48 x 64/],
  ['complex', /type <c8/],
])('what is wrong with %s.npz is said', async (name, words) => {
  const machine = await startMachine({ workers: 1 });
  const error = await opened(machine, [{ file: npz(name) }]).catch((reason: unknown) => reason);
  expect(isUnmixError(error, 'bad_file', 'unsupported')).toBe(true);
  expect((error as Error).message).toMatch(words);
  // The next one opens.
  expect((await opened(machine, [{ file: npz('stored') }])).inspections).toHaveLength(2);
});

test('inputs of a role can be given to an open stack, replaced and taken back', async () => {
  const machine = await startMachine({ workers: 2 });
  const session = await opened(machine, []);
  const source = async () => (await fitted(session)).report.steps[0] as unknown as { details: { source: string } };
  expect((await source()).details.source).toBe('basic');
  await session.setInputs('profile', [{ file: npz('stored') }]);
  expect((await source()).details.source).toBe('measured');
  await expect(session.setInputs('profile', [{ file: npz('truncated') }])).rejects.toThrow(/truncated/);
  expect((await source()).details.source).toBe('measured');
  const { report } = await session.run(recipe(), {
    name: 'out.ome.tif',
    sink: { path: join(temporaryFolder(), 'out.ome.tif'), overwrite: true },
  });
  const sum = python('import hashlib,sys; print(hashlib.sha256(open(sys.argv[1],"rb").read()).hexdigest())', npz('stored'));
  expect((report.inputs as { role: string; name: string; sha256: string }[])[1]).toMatchObject({
    role: 'profile',
    name: 'stored.npz',
    sha256: sum.trim(),
  });
  await session.setInputs('profile', []);
  expect((await source()).details.source).toBe('basic');
});

test('numpy reads an npz of ours', async () => {
  const machine = await startMachine({ workers: 1 });
  const arrays: NamedArray[] = [
    { key: 'flatfield', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6.5) },
    { key: 'baseline', shape: [1], values: Float32Array.of(7) },
  ];
  const path = join(temporaryFolder(), 'ours.npz');
  writeFileSync(path, await machine.makeNpz(arrays));
  const read = python(
    'import numpy,sys,json; f=numpy.load(sys.argv[1]); print(json.dumps({k:[str(f[k].dtype),f[k].tolist()] for k in f.files}))',
    path,
  );
  expect(JSON.parse(read)).toEqual({
    flatfield: [
      'float32',
      [
        [1, 2, 3],
        [4, 5, 6.5],
      ],
    ],
    baseline: ['float32', [7]],
  });
});

test('an array that does not fit its checksum is a damaged file, not a profile', async () => {
  const machine = await startMachine({ workers: 1 });
  const folder = temporaryFolder();
  const bytes = readFileSync(npz('stored'));
  // In the middle of the first array's numbers.
  const at = bytes.indexOf('flatfield.npy') + 2000;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(folder, 'flipped.npz'), bytes);
  await expect(opened(machine, [{ file: join(folder, 'flipped.npz') }])).rejects.toThrow(
    /the checksum of flatfield.npy does not fit/,
  );
});

describe('the command line', () => {
  const shapes = 'import numpy,sys; f=numpy.load(sys.argv[1]); print({k:f[k].shape for k in sorted(f.files)})';

  test('--profiles writes what was fitted, and --profile takes it back for the same pixels', async () => {
    const folder = temporaryFolder();
    webunmix(folder, 'run', '/1/flatfield?offset=0', stackPath, '-o', 'fitted.ome.tif', '--profiles', 'profiles.npz');
    expect(python(shapes, join(folder, 'profiles.npz')).trim()).toBe("{'baseline': (4,), 'flatfield': (48, 64)}");
    webunmix(folder, 'run', '/1/flatfield?offset=0', stackPath, '-o', 'measured.ome.tif', '--profile', 'profiles.npz');
    const machine = await startMachine({ workers: 1 });
    const [a, b] = [
      await decode(machine, join(folder, 'fitted.ome.tif')),
      await decode(machine, join(folder, 'measured.ome.tif')),
    ];
    for (const [i, plane] of a.planes.entries()) {
      // S was divided by its mean once more, which is 1 but for the last digit.
      const difference = Math.max(...plane.map((value, k) => Math.abs(value - (b.planes[i]?.[k] ?? 0)) / Math.max(1, value)));
      expect(difference).toBeLessThan(2e-6);
    }
  });

  test('a folder has a profile for each channel', async () => {
    const folder = temporaryFolder();
    webunmix(folder, 'run', '/1/flatfield?offset=0', twoChannels, '-o', 'fitted.ome.tif', '--profiles', 'found');
    expect(readdirSync(join(folder, 'found')).sort()).toEqual(['Light 1', 'Light 2']);
    webunmix(folder, 'run', '/1/flatfield', twoChannels, '-o', 'again.ome.tif', '--profile', 'found');
    const report = JSON.parse(readFileSync(join(folder, 'again.ome.tif.json'), 'utf8')) as Report;
    expect(report.steps[0]).toMatchObject({ details: { source: 'measured' } });
    mkdirSync(join(folder, 'half/Light 1'), { recursive: true });
    copyFileSync(npz('stored'), join(folder, 'half/Light 1/profiles.npz'));
    expect(() => webunmix(folder, 'run', '/1/flatfield', twoChannels, '-o', 'no.ome.tif', '--profile', 'half')).toThrow(
      /no profile of the channel "Light 2"/,
    );
  });

  test('a place that profiles cannot be written to is told before the work, and nothing is left', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'no folder');
    const run = (profiles: string) => () =>
      webunmix(folder, 'run', '/1/flatfield?offset=0', stackPath, '-o', 'out.ome.tif', '--profiles', profiles);
    expect(run('file/profiles.npz')).toThrow(/profiles.npz could not be written/);
    expect(run(`made/${'n'.repeat(300)}.npz`)).toThrow(/its name is longer than this file system allows/);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('several channels in one file', () => {
    const folder = temporaryFolder();
    webunmix(folder, 'run', '/1/flatfield?offset=10', twoChannels, '-o', 'fitted.ome.tif', '--profiles', 'all.npz');
    expect(python(shapes, join(folder, 'all.npz')).trim()).toBe(
      "{'baseline': (2, 4), 'darkfield': (2, 48, 64), 'flatfield': (2, 48, 64)}",
    );
    expect(() => webunmix(folder, 'run', '/1/unmix', twoChannels, '-o', 'x.ome.tif', '--profiles', 'x.npz')).toThrow(
      /no step of the recipe .* uses it/,
    );
  });
});

test('text that is named .npz is said to be no .npz', async () => {
  const path = join(temporaryFolder(), 'junk.npz');
  writeFileSync(path, 'this is not a zip of arrays\n');
  const error = await opened(await startMachine({ workers: 1 }), [{ file: path }]).catch((reason: unknown) => reason);
  expect((error as Error).message).toMatch(/^junk\.npz is no \.npz: it is not a zip of arrays\..*numpy\.savez/);
});

test('a bare array of numpy is told from a profile', async () => {
  const path = join(temporaryFolder(), 'flat.npy');
  writeFileSync(path, Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.alloc(122)]));
  const error = await opened(await startMachine({ workers: 1 }), [{ file: path }]).catch((reason: unknown) => reason);
  expect((error as Error).message).toMatch(
    /flat\.npy is a single array of numpy.*numpy\.savez\("profiles\.npz", flatfield=array\)/,
  );
});
