// What the program writes, read by an independent program (Debian's tifffile): the same pixels, axes, names and sizes.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { decode, startMachine, temporaryFolder } from '../workers/node/real';
import { run } from './program';

const script = `
import hashlib, json, sys, tifffile
with tifffile.TiffFile(sys.argv[1]) as file:
    series = file.series[0]
    pixels = series.asarray()
    print(json.dumps({
        'axes': series.axes, 'shape': list(series.shape), 'type': str(pixels.dtype), 'pages': len(file.pages),
        'sha256': hashlib.sha256(pixels.astype('<f8').tobytes()).hexdigest(),
        'big': file.is_bigtiff, 'ome': file.is_ome, 'description': file.ome_metadata,
    }))
`;

test.each([
  ['none', 'float32'],
  ['deflate', 'uint16'],
  ['deflate', 'float32'],
  ['deflate', 'int8'],
])('tifffile reads what was written with %s as %s', async (compression, type) => {
  const folder = temporaryFolder();
  expect(await run(['example', 'in.ome.tif', '--scene', 'cells', '--shape', '2,3,2,70,90'], folder)).toMatchObject({ code: 0 });
  const recipe = `/1/unmix?method=linear_fit&output_dtype=${type}`;
  const written = await run(['run', recipe, 'in.ome.tif', '-o', 'out.ome.tif', '--compression', compression], folder);
  expect(written).toMatchObject({ code: 0 });
  const path = join(folder, 'out.ome.tif');

  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', script, path]);
  const theirs = JSON.parse(stdout);
  expect(theirs).toMatchObject({ axes: 'TZCYX', shape: [2, 3, 2, 70, 90], type, pages: 12, big: false, ome: true });
  expect(theirs.description).toContain('urn:webunmix:recipe');

  const machine = await startMachine({ workers: 1 });
  const ours = await decode(machine, path);
  expect(ours).toMatchObject({ shape: theirs.shape, type });
  const hash = createHash('sha256');
  for (const plane of ours.planes) hash.update(plane);
  expect(hash.digest('hex')).toBe(theirs.sha256);
});
