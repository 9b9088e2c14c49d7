// Four channels unmixed blindly from the command line: a plain TIFF whose pages are channels. With WEBUNMIX_REALDATA the file of
// Seo et al. (2022), a mouse spinal cord; without it a scene whose metadata is blanked out, and a word that it was so.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../workers/node/real';
import { run } from './program';

const real = join(process.env.WEBUNMIX_REALDATA ?? '', 'mouse_spinalcord_small.tiff');
const hasReal = process.env.WEBUNMIX_REALDATA !== undefined && existsSync(real);

/** A TIFF of four pages that does not say what they are. */
async function fourPages(folder: string): Promise<string> {
  const path = join(folder, 'four.tif');
  if (hasReal) {
    writeFileSync(path, readFileSync(real));
    return path;
  }
  process.stderr.write('WEBUNMIX_REALDATA is not set: four channels of a scene stand in for the real image\n');
  await run(['example', 'four.tif', '--scene', 'dyes', '--shape', '1,1,4,256,256'], folder);
  const bytes = readFileSync(path);
  bytes.fill(' ', bytes.indexOf('<?xml'), bytes.indexOf('</OME>') + '</OME>'.length);
  writeFileSync(path, bytes);
  return path;
}

test('four pages as channels are unmixed, in counts, and the report says how', async () => {
  const folder = temporaryFolder();
  const input = await fourPages(folder);
  const recipe =
    '/1/unmix_picasso?implementation=matlab_n&quantisation=round&output_units=input&pixel_bin_size=8&output_dtype=uint16';
  const refused = await run(['run', recipe, input, '-o', 'out.ome.tif'], folder);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/4 pages.*--axes/) });
  const ended = await run(['run', recipe, input, '-o', 'out.ome.tif', '--axes', 'C4'], folder);
  expect(ended).toMatchObject({ code: 0 });

  const report = JSON.parse(readFileSync(join(folder, 'out.ome.tif.json'), 'utf8'));
  expect(report.channels).toEqual([0, 1, 2, 3]);
  expect(report.iterations_run).toBe(200);
  expect(report.picasso_estimation.incremental_matrices).toHaveLength(200);
  expect(report.picasso_estimation.pairwise_alpha_details[0]).toHaveLength(12);
  expect(report.picasso_estimation.negativity_by_iteration).toHaveLength(200);
  expect(report.picasso_estimation.negativity_at_clips.map((clip: { iteration: number }) => clip.iteration)).toEqual([
    1, 51, 101, 151, 200,
  ]);
  for (const [i, row] of report.unmixing_matrix.entries()) {
    expect(row).toHaveLength(4);
    expect(row[i]).toBeGreaterThan(0.5);
  }
  const inspected = await run(['inspect', 'out.ome.tif'], folder);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ shape: [1, 1, 4, 256, 256], type: 'uint16' });
});

test('what does not fit the stack is said with what does', async () => {
  const folder = temporaryFolder();
  const input = await fourPages(folder);
  const cases: [recipe: string, message: RegExp][] = [
    ['/1/unmix_picasso', /matlab_3c needs exactly 3 selected channels; got 4: \[0, 1, 2, 3\].*matlab_n/],
    ['/1/unmix_picasso?implementation=bogus', /implementation.*bogus.*matlab_n/],
    ['/1/unmix_picasso?implementation=matlab_n&qn=200', /qn is 200.*127.*round/],
    ['/1/unmix_picasso?implementation=matlab_n&step_size=0', /step_size.*0/],
    ['/1/unmix_picasso?implementation=source_sink_n&source_sink_matrix=1,-1;0,1', /\(4, 4\).*got \(2, 2\)/],
  ];
  for (const [recipe, message] of cases) {
    const ended = await run(['run', recipe, input, '-o', 'out.ome.tif', '--axes', 'C4'], folder);
    expect(ended, recipe).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).toMatch(/^webunmix: [^\n]+\n$/);
  }
});
