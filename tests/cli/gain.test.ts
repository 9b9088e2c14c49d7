// The camera's gain from the command line: report, maps that another program reads, calibration sets, refusals, one run with electrons.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../tools/lib/paths.mjs';
import { run } from './program';

interface Learnt {
  unit: string;
  values: (number | null)[];
}
interface Report {
  steps: {
    step: string;
    learnt: Record<string, Learnt>;
    used: { setting: string; from_step: number; from: string; name: string; values: number[] }[];
    warnings: string[];
    details: Record<string, unknown>;
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'webunmix-gain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report;
const webunmix = (...args: string[]) => run([...args, '--overwrite'], folder);

/** What tifffile, which shares no code with this program, reads: shape, names, and the median of each channel. */
function read(name: string): { shape: number[]; dtype: string; names: string[]; medians: number[] } {
  const script = `
import json, numpy, sys, tifffile, xml.etree.ElementTree as xml
with tifffile.TiffFile(sys.argv[1]) as tif:
    pixels = tif.series[0].asarray()
    names = [node.get('Name') for node in xml.fromstring(tif.ome_metadata).iter() if node.tag.endswith('}Channel')]
    planes = pixels.reshape(-1, *pixels.shape[-2:])
    print(json.dumps({'shape': list(planes.shape), 'dtype': str(pixels.dtype), 'names': names, 'medians': [float(numpy.median(p)) for p in planes]}))
`;
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, join(folder, name)], { encoding: 'utf8' }));
}

async function camera(name: string, options: Record<string, unknown>, shape = '30,1,1,96,128', seed = '1'): Promise<void> {
  const ended = await webunmix(
    ...['example', name, '--scene', 'photon_transfer', '--shape', shape, '--seed', seed],
    ...['--options', JSON.stringify(options)],
  );
  expect(ended).toMatchObject({ code: 0, stderr: '' });
}

beforeAll(async () => {
  for (const name of readdirSync(join(root, 'tests/data/gain')))
    cpSync(join(root, 'tests/data/gain', name), join(folder, name));
  await camera('movie.ome.tif', {});
  await camera('dark.ome.tif', { light: 'dark' }, '40,1,1,96,128', '2');
});

test('a stack of frames gives a report with gains and standard errors, and maps that tifffile reads by name', async () => {
  const args = ['run', '/detect_gain', 'gain_gradient_T60.tif', '--axes', 'T', '-o', 'gain.json', '--maps', 'maps.tif'];
  expect(await webunmix(...args)).toMatchObject({ code: 0, stderr: '' });
  const learnt = json('gain.json').steps[0]?.learnt ?? {};
  expect(learnt.gain_e_per_adu).toMatchObject({ unit: 'e-/ADU' });
  expect(learnt.gain_e_per_adu?.values).toHaveLength(1);
  const [gain, se] = [learnt.gain_e_per_adu?.values[0] as number, learnt.gain_se_e_per_adu?.values[0] as number];
  expect(Math.abs(gain - 0.5)).toBeLessThan(3 * se + 0.0025);
  const maps = read('maps.tif');
  expect(maps).toMatchObject({ dtype: 'float32', names: ['mean', 'variance', 'gain'] });
  expect(maps.medians[2]).toBeGreaterThan(0.45);
  expect(maps.medians[2]).toBeLessThan(0.55);
});

test('calibration sets give the three planes that single-molecule software reads', async () => {
  const spread = { gain_spread: 0.1, gain_e_per_adu: 2 };
  await camera('main.ome.tif', spread, '2,1,1,64,64', '1');
  await camera('d.ome.tif', { ...spread, light: 'dark' }, '60,1,1,64,64', '2');
  for (const [i, brightest] of [500, 1500, 3000].entries()) {
    await camera(`l${i}.ome.tif`, { ...spread, light: 'flat', brightest }, '60,1,1,64,64', String(i + 3));
  }
  const levels = [0, 1, 2].flatMap((i) => ['--level', `l${i}.ome.tif`]);
  const common = ['main.ome.tif', '--dark', 'd.ome.tif', ...levels];
  const ended = await webunmix('run', '/detect_gain?method=calibration', ...common, '-o', 'c.json', '--maps', 'c.tif');
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const maps = read('c.tif');
  expect(maps).toMatchObject({ shape: [3, 64, 64], dtype: 'float32', names: ['offset', 'variance', 'gain'] });
  expect(maps.medians[0]).toBeCloseTo(100, 0);
  expect(maps.medians[2]).toBeGreaterThan(1.9);
  expect(maps.medians[2]).toBeLessThan(2.1);
  expect(json('c.json').steps[0]?.learnt.offset_adu?.values[0]).toBeCloseTo(100, 0);
  expect(await webunmix('run', '/detect_gain?method=emva', ...common, '-o', 'e.json')).toMatchObject({ code: 0 });
  expect(json('e.json').steps[0]?.learnt.gain_e_per_adu?.values[0]).toBeGreaterThan(1.9);
  const without = await webunmix('run', '/detect_gain?method=emva', 'main.ome.tif', '-o', 'e.json');
  expect(without.code).toBe(1);
  expect(without.stderr).toMatch(/--dark and --level.*no dark frames and 0 levels/);
});

test('gain, electrons and unmixing are one run, whose report says which values each step used', async () => {
  await camera('two.ome.tif', {}, '12,1,2,96,128', '5');
  await camera('dark2.ome.tif', { light: 'dark' }, '20,1,2,96,128', '6');
  const recipe = '/detect_gain/electrons/unmix?method=linear_fit';
  const ended = await webunmix('run', recipe, 'two.ome.tif', '--dark', 'dark2.ome.tif', '-o', 'all.ome.tif');
  expect(ended.code).toBe(0);
  const [gain, electrons, unmix] = json('all.ome.tif.json').steps;
  expect(electrons?.used.map(({ setting, from, from_step }) => ({ setting, from, from_step }))).toEqual([
    { setting: 'gain', from: 'detect_gain', from_step: 0 },
    { setting: 'offset', from: 'detect_gain', from_step: 0 },
  ]);
  expect(electrons?.used[0]?.values).toEqual(gain?.learnt.gain_e_per_adu?.values);
  expect(electrons?.used[1]?.values).toEqual(gain?.learnt.offset_adu?.values);
  expect(electrons?.details.gain_used_e_per_adu).toEqual(gain?.learnt.gain_e_per_adu?.values);
  expect(electrons?.learnt.gain_e_per_adu?.values).toEqual([1, 1]);
  expect(unmix?.step).toBe('unmix');
  // The source channel is what its pixels are in electrons: the scene's light, 20 to 900 from left to right.
  expect(read('all.ome.tif').medians[0]).toBeGreaterThan(440);
  expect(read('all.ome.tif').medians[0]).toBeLessThan(480);
});

describe('refusals', () => {
  const refusal = async (file: string, ...options: string[]) => {
    const ended = await webunmix('run', '/detect_gain', file, '-o', 'none.json', ...options);
    expect(ended.code).toBe(1);
    return ended.stderr;
  };

  test('one frame', async () => {
    await camera('one.ome.tif', {}, '1,5,1,64,64');
    expect(await refusal('one.ome.tif')).toMatch(/One frame cannot tell a gain.*set axis to Z/);
  });

  test('flat light', async () => {
    expect(await refusal('gain_flat_T40.tif', '--axes', 'T')).toMatch(
      /variance is 0\.\d+ times that of noise alone.*Evenly lit frames give no lever/,
    );
  });

  test('saturated and constant', async () => {
    await camera('white.ome.tif', { light: 'flat', brightest: 1e5, saturation: 4095 }, '5,1,1,64,64');
    expect(await refusal('white.ome.tif')).toMatch(/every pixel has the same mean/);
    await camera('full.ome.tif', { dimmest: 1700, brightest: 4000, saturation: 3500 }, '5,1,1,64,64');
    expect(await refusal('full.ome.tif')).toMatch(/pixels are usable, 1000 are needed; .* % are saturated/);
  });

  test('a 4 x 4 image', async () => {
    await camera('tiny.ome.tif', {}, '10,1,1,4,4');
    expect(await refusal('tiny.ome.tif')).toMatch(/only 16 of 16 pixels are usable, 1000 are needed/);
  });

  test('NaN', async () => {
    mkdirSync(join(folder, 'nan'), { recursive: true });
    execFileSync('/usr/bin/python3', [
      '-c',
      'import numpy, sys, tifffile; a = numpy.random.default_rng(1).poisson(100, (6, 64, 64)).astype("float32"); a[2, 3, 4] = numpy.nan; tifffile.imwrite(sys.argv[1], a)',
      join(folder, 'nan/frames.tif'),
    ]);
    for (const method of ['frame_difference', 'median_mad']) {
      const ended = await webunmix('run', `/detect_gain?method=${method}`, 'nan/frames.tif', '--axes', 'T', '-o', 'none.json');
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(/1 samples? (is|are) NaN or infinite/);
    }
  });

  test('a text file, and maps without a step that has them', async () => {
    writeFileSync(join(folder, 'notes.tif'), 'mean 100, variance 200\n');
    expect(await refusal('notes.tif', '--axes', 'T')).toMatch(/notes\.tif.*TIFF/);
    const ended = await webunmix('run', '/electrons?gain=2&offset=100', 'movie.ome.tif', '-o', 'x.tif', '--maps', 'm.tif');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/--maps m\.tif: no step of the recipe .* uses it/);
    const same = await webunmix('run', '/detect_gain', 'movie.ome.tif', '-o', 'x.json', '--maps', 'maps.png');
    expect(same).toMatchObject({ code: 2 });
    expect(same.stderr).toMatch(/planes are written as TIFF/);
    const onInput = await webunmix('run', '/detect_gain', 'movie.ome.tif', '-o', 'x.json', '--maps', 'movie.ome.tif');
    expect(onInput.stderr).toMatch(/is the input movie\.ome\.tif, which would be lost/);
  });
});
