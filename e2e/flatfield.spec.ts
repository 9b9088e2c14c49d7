// Flat-field correction on the page: fitted, saved, taken back; empty tiles and planes chosen with the mouse; the same pixels as in Node.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { openPage, readByTifffile, runWholeStack, saved, savedReport, webunmix } from './support/page';

const python = (script: string, ...args: string[]) =>
  execFileSync('/usr/bin/python3', ['-c', script, ...args], { encoding: 'utf8' });

async function openStacks(page: Page, paths: string[]): Promise<void> {
  await page.locator('.drop-zone input[type=file]').setInputFiles(paths);
  await page.getByRole('button', { name: 'Correct the bleed-through' }).click({ timeout: 60_000 });
}

/** The files that a button's dialog is given. */
async function choose(page: Page, button: string, files: string[]): Promise<void> {
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await asked).setFiles(files);
}

const picture = (page: Page, name: RegExp) => page.getByRole('img', { name });

test('a profile is fitted, looked at, saved and taken back', async ({ page }, info) => {
  const folder = info.outputDir;
  webunmix(folder, 'example', 'frames.ome.tif', '--scene', 'shading', '--shape', '12,1,2,120,140');
  await openPage(page, '#/1/flatfield?offset=0');
  await openStacks(page, [join(folder, 'frames.ome.tif')]);

  await expect(picture(page, /^Flat-field S, 0\.\d+ to [12]\.\d+/)).toBeVisible({ timeout: 60_000 });
  await expect(picture(page, /^S through the centre/)).toBeVisible();
  await expect(picture(page, /^Baseline of the frames/)).toBeVisible();
  await expect(picture(page, /^Before, over its mean/)).toBeVisible();
  await page.getByRole('button', { name: 'Table: S through the centre' }).click();
  await expect(page.getByRole('dialog').getByRole('columnheader', { name: 'row 60' })).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();

  const profiles = (await saved(page, /^Save profiles\.npz/)).path;
  const read = python(
    'import numpy,sys; f=numpy.load(sys.argv[1]); print(f["flatfield"].shape, f["flatfield"].dtype, round(float(f["flatfield"].mean()), 4), f["baseline"].shape)',
    profiles,
  );
  expect(read.trim()).toBe('(2, 120, 140) float32 1.0 (2, 12)');

  await choose(page, 'Measured profile: choose a file', [profiles]);
  const about = page.getByRole('region', { name: 'What the correction does' });
  await expect(about).toContainText('measured profile', { timeout: 60_000 });
  await runWholeStack(page);
  const stack = await saved(page, /^Save the stack/);
  const report = await savedReport(page);
  expect(report.steps[0]).toMatchObject({ step: 'flatfield', details: { source: 'measured' } });
  expect(report.inputs).toHaveLength(2);

  // The same profile in Node: the same pixels.
  webunmix(folder, 'run', '/1/flatfield?offset=0', 'frames.ome.tif', '-o', 'node.ome.tif', '--profile', profiles);
  expect(readByTifffile(stack.path).sha256).toBe(readByTifffile(join(folder, 'node.ome.tif')).sha256);
});

test('empty tiles are clicked, the planes with cells are a range', async ({ page }, info) => {
  const folder = info.outputDir;
  const tiles = Array.from({ length: 6 }, (_, i) => `tile-${i + 1}.ome.tif`);
  for (const [i, tile] of tiles.entries()) {
    const scene = ['--scene', 'shading', '--shape', '1,16,2,80,90', '--seed', String(i), '--overwrite'];
    webunmix(folder, 'example', tile, ...scene);
  }
  await openPage(page, '#/1/flatfield?offset=0');
  await openStacks(
    page,
    tiles.map((tile) => join(folder, tile)),
  );
  await page.getByRole('button', { name: '2 × 3' }).click();
  // Down the first column, then down the next: tile 2 lies below tile 1.
  const [first, second] = [page.getByRole('button', { name: /^Tile 1,/ }), page.getByRole('button', { name: /^Tile 2,/ })];
  const [one, two] = [await first.boundingBox(), await second.boundingBox()];
  expect(two?.x).toBe(one?.x);
  expect(two?.y).toBeGreaterThan(one?.y ?? 0);
  await second.click();
  await page.getByRole('button', { name: /^Tile 6, tile-6/ }).click();
  await expect.poll(() => new URL(page.url()).hash).toContain('fov_list=2,6');
  expect(new URL(page.url()).hash).toContain('grid=2,3');
  const lowest = page.getByRole('slider', { name: 'Lowest plane with cells' });
  await lowest.focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowRight');
  await expect(lowest).toHaveAttribute('aria-valuetext', 'plane 5 of 16');
  await expect.poll(() => new URL(page.url()).hash).toContain('z_levels=4,14');
  const about = page.getByRole('region', { name: 'What the correction does' });
  await expect(about).toContainText('empty regions', { timeout: 60_000 });
  await expect(about).toContainText(/Frames\s*10/);
});

test('what is wrong with a profile stands beside the files, and the stack stays as it was', async ({ page }, info) => {
  const folder = info.outputDir;
  webunmix(folder, 'example', 'frames.ome.tif', '--scene', 'shading', '--shape', '6,1,2,60,70');
  python('import numpy,sys; numpy.savez(sys.argv[1], flat=numpy.ones((60,70)))', join(folder, 'without.npz'));
  await openPage(page, '#/1/flatfield?offset=0');
  await openStacks(page, [join(folder, 'frames.ome.tif')]);
  await choose(page, 'Measured profile: choose a file', [join(folder, 'without.npz')]);
  await expect(page.getByText(/without\.npz has no array `flatfield`; it holds flat/)).toBeVisible({ timeout: 30_000 });
  await expect(picture(page, /^Flat-field S/)).toBeVisible({ timeout: 60_000 });

  // A TIFF dropped on the row is a profile, not another stack.
  python(
    'import numpy,sys,tifffile; tifffile.imwrite(sys.argv[1], numpy.full((60,70), 2, "float32"))',
    join(folder, 'even.tif'),
  );
  const bytes = [...readFileSync(join(folder, 'even.tif'))];
  const dropped = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(content)], 'even.tif', { type: 'image/tiff' }));
    return transfer;
  }, bytes);
  await page.locator('[data-drop-role="profile"]').dispatchEvent('drop', { dataTransfer: dropped });
  await expect(page.getByText('even.tif')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('frames.ome.tif').first()).toBeVisible();
  await expect(picture(page, /^Flat-field S, 1\.0/)).toBeVisible({ timeout: 60_000 });
});
