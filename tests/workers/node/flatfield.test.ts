// Flat-field correction end to end in Node: tiles, several steps in one recipe, and what is learnt once.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report, StepMap } from '../../../workers/api';
import { decode, program, startMachine, temporaryFolder } from './real';

const webunmix = (folder: string, ...args: string[]) =>
  execFileSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

test.each(['ratio', 'range'])('flatfield (%s) and unmix in one recipe are the two through files', async (form) => {
  const folder = temporaryFolder();
  webunmix(folder, 'example', 'in.ome.tif', '--scene', 'shading', '--shape', '6,2,2,90,110', '--options', '{"offset":100}');
  const flatfield = `flatfield?offset=100&working_size=32&form=${form}`;
  const unmix = 'unmix?method=mi_min&bidirectional=true';
  webunmix(folder, 'run', `/1/${flatfield}/${unmix}`, 'in.ome.tif', '-o', 'both.ome.tif', '--workers', '2');
  webunmix(folder, 'run', `/1/${flatfield}`, 'in.ome.tif', '-o', 'first.ome.tif', '--workers', '1');
  webunmix(folder, 'run', `/1/${unmix}`, 'first.ome.tif', '-o', 'second.ome.tif', '--workers', '2');
  const machine = await startMachine({ workers: 1 });
  const both = await decode(machine, join(folder, 'both.ome.tif'));
  const second = await decode(machine, join(folder, 'second.ome.tif'));
  expect(both.type).toBe('float32');
  expect(both.planes).toHaveLength(24);
  expect(both.planes).toEqual(second.planes);
  const alpha = (name: string) =>
    (JSON.parse(readFileSync(join(folder, `${name}.ome.tif.json`), 'utf8')) as { alpha: number }).alpha;
  expect(alpha('both')).toBe(alpha('second'));
});

test('tiles are fitted together by the grid that was given, and each is corrected', async () => {
  const folder = temporaryFolder();
  const tiles = Array.from({ length: 4 }, (_, i) => `tile-${i + 1}.ome.tif`);
  for (const [i, tile] of tiles.entries()) {
    const scene = ['--scene', 'shading', '--shape', '1,30,1,64,72', '--seed', String(i)];
    webunmix(folder, 'example', tile, ...scene);
  }
  webunmix(folder, 'run', '/1/flatfield?offset=0&fov_list=2,3&source=empty', ...tiles, '-o', 'out.ome.tif', '--grid', '2x2');
  const report = JSON.parse(readFileSync(join(folder, 'out.ome.tif.json'), 'utf8')) as Report & { output: { name: string }[] };
  expect(report.steps[0]?.settings.grid).toEqual([2, 2]);
  expect(report.steps[0]).toMatchObject({ details: { source: 'empty', fits: [{ planes: 60 }] } });
  expect(report.output.map(({ name }) => name)).toEqual(tiles.map((_, i) => `out-${i + 1}.ome.tif`));
  mkdirSync(join(folder, 'corrected'));
  webunmix(folder, 'run', '/1/flatfield?offset=0&max_frames=8', ...tiles, '-o', 'corrected');
  expect(readdirSync(join(folder, 'corrected')).sort()).toEqual([
    ...tiles.map((_, i) => `corrected-${i + 1}.ome.tif`),
    'corrected.ome.tif.json',
  ]);
  const machine = await startMachine({ workers: 1 });
  const [raw, corrected] = [
    await decode(machine, join(folder, 'tile-4.ome.tif')),
    await decode(machine, join(folder, 'out-4.ome.tif')),
  ];
  const corner = (planes: Float64Array[]) => planes.reduce((sum, plane) => sum + (plane[0] ?? 0), 0) / planes.length;
  expect(corner(corrected.planes)).toBeGreaterThan(1.5 * corner(raw.planes));
  expect(() => webunmix(folder, 'run', '/1/flatfield?fov_list=1', ...tiles, '-o', 'no.ome.tif', '--grid', '3x2')).toThrow(
    /3 rows x 2 columns, but 4 tiles/,
  );
  expect(() => webunmix(folder, 'run', '/1/unmix', ...tiles, '-o', 'no.ome.tif', '--grid', '2x2')).toThrow(
    /no step .* uses it/,
  );
});

test('files of an OME-TIFF set are tiles, in the order and grid of where their stage stood', async () => {
  const folder = temporaryFolder();
  // Each file describes all four images, as sets do; the light of tile n is 100 n. Names are not in the order of the places.
  const script = `
import numpy, sys, tifffile
names = ['a', 'b', 'c', 'd']
places = [(50, 0), (0, 0), (50, 40), (0, 40)]
def image(i):
    return (f'<Image ID="Image:{i}" Name="Tile {names[i]}"><Pixels ID="Pixels:{i}" Type="uint16" DimensionOrder="XYZCT" SizeX="40" '
            f'SizeY="32" SizeZ="12" SizeC="1" SizeT="1"><Channel ID="Channel:{i}:0" SamplesPerPixel="1"/>'
            f'<TiffData IFD="0" PlaneCount="12"><UUID FileName="{names[i]}.ome.tif">urn:uuid:{i}</UUID></TiffData>'
            f'<Plane TheT="0" TheZ="0" TheC="0" PositionX="{places[i][0]}" PositionY="{places[i][1]}"/></Pixels></Image>')
for i, name in enumerate(names):
    xml = (f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:{i}">'
           + ''.join(image(k) for k in range(4)) + '</OME>')
    pixels = numpy.random.default_rng(i).poisson(100 * (i + 1), (12, 32, 40)).astype('u2')
    tifffile.imwrite(f'{sys.argv[1]}/{name}.ome.tif', pixels, description=xml, metadata=None)
`;
  execFileSync('/usr/bin/python3', ['-c', script, folder]);
  const files = ['a', 'b', 'c', 'd'].map((name) => `${name}.ome.tif`);
  webunmix(folder, 'run', '/1/flatfield?offset=0&fov_list=1&source=empty', ...files, '-o', 'out.ome.tif', '--quiet');
  type Named = Report & { inputs: { name: string }[] };
  const report = JSON.parse(readFileSync(join(folder, 'out.ome.tif.json'), 'utf8')) as Named;
  // Down the first column (x = 0), then down the second.
  expect(report.inputs.map(({ name }) => name)).toEqual(['b.ome.tif', 'd.ome.tif', 'a.ome.tif', 'c.ome.tif']);
  expect(report.steps[0]?.settings.grid).toEqual([2, 2]);
  const { fits } = (report.steps[0] as unknown as { details: { fits: { level_counts: number }[] } }).details;
  expect(fits[0]?.level_counts).toBeGreaterThan(195);
  expect(fits[0]?.level_counts).toBeLessThan(205);
  expect(() =>
    webunmix(folder, 'run', '/1/flatfield?grid=2,2&fov_list=1', ...files, '-o', 'no.ome.tif', '--grid', '4x1'),
  ).toThrow(/--grid 4x1: the recipe's step flatfield has grid=\[2,2\]/);
});

test('images of one OME-TIFF lie where their stage stood, whatever their order in the file', async () => {
  const folder = temporaryFolder();
  const script = `
import numpy, sys, tifffile
places = [(50, 0), (0, 0), (50, 40), (0, 40)]
xml = '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">' + ''.join(
    f'<Image ID="Image:{i}" Name="Tile {i}"><Pixels ID="Pixels:{i}" Type="uint16" DimensionOrder="XYZCT" SizeX="40" SizeY="32" '
    f'SizeZ="12" SizeC="1" SizeT="1"><Channel ID="Channel:{i}:0" SamplesPerPixel="1"/><TiffData IFD="{12 * i}" PlaneCount="12"/>'
    f'<Plane TheT="0" TheZ="0" TheC="0" PositionX="{x}" PositionY="{y}"/></Pixels></Image>'
    for i, (x, y) in enumerate(places)) + '</OME>'
random = numpy.random.default_rng(1)
pixels = numpy.concatenate([random.poisson(100 * (i + 1), (12, 32, 40)).astype('u2') for i in range(4)])
tifffile.imwrite(sys.argv[1], pixels, description=xml, metadata=None)
`;
  execFileSync('/usr/bin/python3', ['-c', script, join(folder, 'tiles.ome.tif')]);
  const machine = await startMachine({ workers: 1 });
  const session = await machine.open([{ role: 'main', file: join(folder, 'tiles.ome.tif') }]);
  expect(session.inspections.map(({ name }) => name)).toEqual([1, 3, 0, 2].map((i) => `tiles.ome.tif, Tile ${i}`));
  expect(session.layout).toMatchObject({ rows: 2, columns: 2 });
  await session.close();
  webunmix(folder, 'run', '/1/flatfield?offset=0&fov_list=1&source=empty', 'tiles.ome.tif', '-o', 'out/', '--quiet');
  const report = JSON.parse(readFileSync(join(folder, 'out/corrected.ome.tif.json'), 'utf8')) as Report;
  const { fits } = (report.steps[0] as unknown as { details: { fits: { level_counts: number }[] } }).details;
  expect(fits[0]?.level_counts).toBeGreaterThan(195);
  expect(fits[0]?.level_counts).toBeLessThan(205);
});

test('images of one OME-TIFF are tiles', async () => {
  const folder = temporaryFolder();
  const script = `
import numpy, sys, tifffile
with tifffile.TiffWriter(sys.argv[1], ome=True) as file:
    for i in range(3):
        pixels = numpy.random.default_rng(i).poisson(100 * (i + 1), (6, 40, 48)).astype('u2')
        file.write(pixels, metadata={'axes': 'ZYX', 'Name': f'Place {i + 1}'})
`;
  execFileSync('/usr/bin/python3', ['-c', script, join(folder, 'set.ome.tif')]);
  const machine = await startMachine({ workers: 2 });
  const session = await machine.open([{ role: 'main', file: join(folder, 'set.ome.tif') }]);
  expect(session.inspections.map(({ name }) => name)).toEqual([1, 2, 3].map((i) => `set.ome.tif, Place ${i}`));
  const brightness = async (input: number, stage: number) => {
    const { channels } = await session.plane({ stage, input, t: 0, z: 3, channels: [0] });
    const pixels = Float64Array.from(channels[0] ?? []);
    return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  };
  for (const input of [0, 1, 2]) expect(Math.abs((await brightness(input, 0)) / (100 * (input + 1)) - 1)).toBeLessThan(0.02);
  await session.close();
  webunmix(folder, 'run', '/1/flatfield?offset=0&fov_list=1,2,3', 'set.ome.tif', '-o', 'out.ome.tif');
  const report = JSON.parse(readFileSync(join(folder, 'out.ome.tif.json'), 'utf8')) as Report;
  expect(report.steps[0]).toMatchObject({ details: { fits: [{ planes: 18 }] } });
  expect((report.inputs as { sha256: string }[]).map(({ sha256 }) => sha256)).toHaveLength(3);
  const out = await decode(machine, join(folder, 'out-3.ome.tif'));
  expect(out.shape).toEqual([1, 6, 1, 40, 48]);
  expect(() => webunmix(folder, 'run', '/1/flatfield?offset=0', 'set.ome.tif', '-o', 'out.ome.tif')).toThrow(/exists already/);
});

test('a changed last step does not fit the flat-field again, and the report is the same as of a fresh fit', async () => {
  const folder = temporaryFolder();
  webunmix(folder, 'example', 'in.ome.tif', '--scene', 'shading', '--shape', '5,1,2,64,64');
  const recipe = (alpha: number) => ({
    version: 1,
    steps: [
      { step: 'flatfield', settings: { offset: 10, get_darkfield: true } },
      { step: 'unmix', settings: { alpha } },
    ],
  });
  const machine = await startMachine({ workers: 2 });
  const open = () => machine.open([{ role: 'main', file: join(folder, 'in.ome.tif') }]);
  const session = await open();
  await session.fit(recipe(0.2));
  const labels: string[] = [];
  const maps: StepMap[] = [];
  const known = await session.fit(recipe(0.3), {
    onProgress: ({ label }) => labels.push(label),
    onMap: (map) => maps.push(map),
  });
  expect(labels.filter((label) => label.startsWith('Reading frames'))).toEqual([]);
  const fresh = await (await open()).fit(recipe(0.3), { onProgress: ({ label }) => labels.push(label) });
  expect(labels.some((label) => label.startsWith('Reading frames'))).toBe(true);
  expect(known).toEqual(fresh);
  expect(known.alpha).toBe(0.3);
  // What is left of the fit tells the pictures too.
  expect(maps.map(({ name, channel }) => `${name} ${channel}`)).toContain('mean_after 1');
  const plane = { stage: 2, t: 3, z: 0, channels: [0, 1] };
  const other = await open();
  await other.fit(recipe(0.3));
  expect((await session.plane(plane)).channels).toEqual((await other.plane(plane)).channels);
});

test('the working size is one number, a pair, or null', async () => {
  const machine = await startMachine({ workers: 1 });
  const text = await machine.formatRecipe(await machine.parseRecipe('/1/flatfield?working_size=64,96'));
  expect(text).toBe('/1/flatfield?working_size=64,96');
  expect((await machine.parseRecipe('/1/flatfield?working_size=32')).steps[0]?.settings.working_size).toBe(32);
  expect((await machine.parseRecipe('/1/flatfield?working_size=null')).steps[0]?.settings.working_size).toBeNull();
  await expect(machine.parseRecipe('/1/flatfield?working_size=0')).rejects.toThrow(/working_size/);
});
