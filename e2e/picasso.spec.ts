// Unmixing of many channels on the page: an example of known truth to the downloaded file, a real image whose pages are channels,
// sources and sinks by graph and matrix, progress with Cancel.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import {
  chooseFiles,
  openExample,
  openPage,
  readByTifffile,
  runWholeStack,
  saved,
  savedReport,
  webunmix,
} from './support/page';

const real = join(process.env.WEBUNMIX_REALDATA ?? '', 'mouse_spinalcord_small.tiff');
const hasReal = process.env.WEBUNMIX_REALDATA !== undefined && existsSync(real);

/** A TIFF of four pages that does not say what they are: the real image where there is one. */
function fourPages(folder: string): string {
  if (hasReal) return real;
  process.stderr.write('WEBUNMIX_REALDATA is not set: four channels of a scene stand in for the real image\n');
  webunmix(folder, 'example', 'four.tif', '--scene', 'dyes', '--shape', '1,1,4,256,256', '--overwrite');
  const path = join(folder, 'four.tif');
  const bytes = readFileSync(path);
  bytes.fill(' ', bytes.indexOf('<?xml'), bytes.indexOf('</OME>') + '</OME>'.length);
  writeFileSync(path, bytes);
  return path;
}

const matrixRows = (page: Page) => page.locator('.unmixing-matrix tbody tr');

/** Numbers of the unmixing matrix as the page shows them. */
async function shownMatrix(page: Page): Promise<number[][]> {
  const rows = await matrixRows(page).all();
  return Promise.all(
    rows.map(async (row) => (await row.locator('td').allInnerTexts()).map((text) => Number(text.replace('−', '-')))),
  );
}

test('three dyes are unmixed, and the file that is saved is what Node makes of the same recipe', async ({ page }, info) => {
  await openPage(page);
  await openExample(page, 'Three dyes');
  await expect(matrixRows(page)).toHaveCount(3);
  // The mixing of the scene: 0.35 of dye 1 in channel 2, 0.30 of dye 2 in channel 3.
  const shown = await shownMatrix(page);
  expect(shown[1]?.[0]).toBeLessThan(-0.3);
  expect(shown[1]?.[0]).toBeGreaterThan(-0.4);
  expect(shown[2]?.[1]).toBeLessThan(-0.25);
  expect(shown[2]?.[1]).toBeGreaterThan(-0.36);
  await expect(page.getByText('No channel is over-subtracted.')).toBeVisible();
  await expect(page.getByText('Chosen here: counts keep time courses')).toBeVisible();
  await expect(page.getByRole('img', { name: 'Largest coefficient of each iteration' })).toBeVisible();
  await page.getByRole('button', { name: 'Table: iterations' }).click();
  await expect(page.getByRole('dialog').locator('tbody tr')).toHaveCount(200);
  await page.getByRole('button', { name: 'Close' }).click();

  await runWholeStack(page);
  const stack = await saved(page, /^Save the stack/);
  const report = await savedReport(page);
  expect(report.recipe.steps[0]?.step).toBe('unmix_picasso');
  expect(report.recipe.steps[0]?.settings).toMatchObject({ output_units: 'input', quantisation: 'round' });
  const written = readByTifffile(stack.path);
  expect(written.dtype).toBe('float32');
  expect(written.channels).toEqual(['Dye 1', 'Dye 2', 'Dye 3']);

  const folder = info.outputDir;
  webunmix(folder, 'example', 'dyes.ome.tif', '--scene', 'dyes');
  webunmix(folder, 'run', JSON.stringify(report.recipe), 'dyes.ome.tif', '-o', 'node.ome.tif', '--workers', '1');
  expect(readByTifffile(`${folder}/node.ome.tif`).sha256).toBe(written.sha256);
  const again = JSON.parse(readFileSync(`${folder}/node.ome.tif.json`, 'utf8')) as Record<string, unknown>;
  expect(again.picasso_estimation).toEqual(report.picasso_estimation);
});

test('four pages as channels: added as a step it fits at once, a smaller bin is offered, and the result has four channels', async ({
  page,
}, info) => {
  await openPage(page);
  await chooseFiles(page, fourPages(info.outputDir));
  await page.getByRole('radio', { name: /channels/i }).check();
  await page.getByRole('button', { name: 'Use these axes' }).click();
  await page.getByRole('button', { name: 'Correct the bleed-through' }).click();
  await page.getByRole('button', { name: 'Add step' }).click();
  await page.getByRole('menuitem', { name: 'Unmix, N channels' }).click();
  await expect(matrixRows(page)).toHaveCount(4);
  expect(new URL(page.url()).hash).toContain('#/1/unmix_picasso?implementation=matlab_n');
  await page.getByRole('button', { name: 'Use bins of 8 px' }).click();
  await expect.poll(() => new URL(page.url()).hash).toContain('pixel_bin_size=8');
  await expect(page.getByRole('button', { name: 'Use bins of 8 px' })).toBeHidden();

  // Three of the four: the implementation follows, and the fourth passes through.
  await page.getByRole('checkbox', { name: 'Channel 4' }).uncheck();
  await expect(matrixRows(page)).toHaveCount(3);
  await expect.poll(() => new URL(page.url()).hash).not.toContain('implementation');
  await page.getByRole('checkbox', { name: 'Channel 4' }).check();
  await expect(matrixRows(page)).toHaveCount(4);

  await runWholeStack(page);
  const written = readByTifffile((await saved(page, /^Save the stack/)).path);
  expect(written.shape.at(-1)).toBe(256);
  expect(written.shape.reduce((a, b) => a * b, 1)).toBe(4 * 256 * 256);
  const report = await savedReport(page);
  expect(report.channels).toEqual([0, 1, 2, 3]);
});

test('a stack of four channels after one of three needs no change by hand', async ({ page }, info) => {
  await openPage(page);
  await openExample(page, 'Three dyes');
  await expect(matrixRows(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'WebUnmix, start' }).click();
  await chooseFiles(page, fourPages(info.outputDir));
  await page.getByRole('radio', { name: /channels/i }).check();
  await page.getByRole('button', { name: 'Use these axes' }).click();
  await page.getByRole('button', { name: 'Correct the bleed-through' }).click();
  await expect(matrixRows(page)).toHaveCount(4);
  await expect.poll(() => new URL(page.url()).hash).toContain('implementation=matlab_n');
});

test('roles and matrix say what bleeds into what; Cancel stops the search and leaves the page usable', async ({ page }) => {
  await openPage(page);
  await openExample(page, 'Three dyes');
  await expect(matrixRows(page)).toHaveCount(3);
  await page.getByText('Sources and sinks', { exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Role of Dye 2' })).toHaveValue('sink');
  await expect(page.getByRole('img', { name: 'May bleed: Dye 1 into Dye 2; Dye 3 into Dye 2' })).toBeVisible();

  await page.getByRole('progressbar', { name: 'Estimating the unmixing' }).waitFor();
  await page.locator('.fit-progress').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Estimate the unmixing' })).toBeVisible({ timeout: 3_000 });

  await page.getByRole('combobox', { name: 'Role of Dye 3' }).selectOption('neutral');
  await expect(page.getByRole('checkbox', { name: 'Dye 3 may bleed into Dye 2' })).not.toBeChecked();
  await expect.poll(() => new URL(page.url()).hash).toContain('neutral_channels=2');
  // One source: 0.35 of dye 1 in channel 2.
  const alpha = page.locator('.found-sources .strong');
  await expect(alpha).toHaveCount(1, { timeout: 60_000 });
  expect(Number(await alpha.innerText())).toBeGreaterThan(0.3);
  expect(Number(await alpha.innerText())).toBeLessThan(0.4);

  // A channel that is left out and taken in again has the role it had.
  const third = page.getByRole('checkbox', { name: 'Dye 3', exact: true });
  await third.uncheck();
  await expect.poll(() => new URL(page.url()).hash).not.toContain('neutral_channels');
  await third.check();
  await expect(page.getByRole('combobox', { name: 'Role of Dye 3' })).toHaveValue('neutral');
  await expect.poll(() => new URL(page.url()).hash).toContain('neutral_channels=2');

  // No sink: the reason stands where the answer would, without names of settings that this form does not show.
  await page.getByRole('combobox', { name: 'Role of Dye 2' }).selectOption('source');
  await expect(page.locator('.dock').getByText('Nothing is related yet: make a channel a sink').first()).toBeVisible();
  await expect(page.locator('.channel-picker').getByText('Nothing is related yet')).toBeVisible();
  await page.getByRole('combobox', { name: 'Role of Dye 2' }).selectOption('sink');

  await page.getByRole('checkbox', { name: 'Dye 2 may bleed into Dye 3' }).check();
  await expect.poll(() => new URL(page.url()).hash).toContain('source_sink_matrix=1,-1,0;0,1,-1;0,0,1');
  await expect(page.getByRole('img', { name: 'May bleed: Dye 1 into Dye 2; Dye 2 into Dye 3' })).toBeVisible();
  await expect(alpha).toHaveCount(2, { timeout: 60_000 });
  await page.getByRole('checkbox', { name: 'Dye 1', exact: true }).uncheck();
  await expect.poll(() => new URL(page.url()).hash).toContain('source_sink_matrix=1,-1;0,1');
  await page.getByRole('checkbox', { name: 'Dye 1', exact: true }).check();
  await expect.poll(() => new URL(page.url()).hash).toContain('source_sink_matrix=1,-1,0;0,1,-1;0,0,1');
});

test('iterations are counted while they run, in the dock and in a run, and Cancel stops both', async ({ page }) => {
  // Without clips in between, which are short passes with words of their own.
  const settings = 'quantisation=round&output_units=input&max_iter=50000&clip_every_n_iterations=50000';
  await openPage(page, `#/1/unmix_picasso?${settings}`);
  await openExample(page, 'Three dyes');
  const dock = page.locator('.fit-progress');
  await expect(dock.getByText(/^iteration \d+ of 50000$/)).toBeVisible({ timeout: 30_000 });
  await dock.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Estimate the unmixing' })).toBeVisible({ timeout: 3_000 });

  await page.getByRole('button', { name: 'Run on the whole stack' }).click();
  await expect(page.getByRole('progressbar', { name: /^Iteration \d+ of 50000$/ })).toBeVisible({ timeout: 30_000 });
  await page.locator('.run-row').getByRole('button', { name: 'Cancel' }).click({ force: true });
  await expect(page.getByRole('button', { name: 'Run on the whole stack' })).toBeVisible({ timeout: 3_000 });
});

test('a blacked-out channel is said to be destroyed, and the penalised objective is offered', async ({ page }, info) => {
  const settings = 'implementation=source_sink_n&sink_channels=1&neutral_channels=2&max_alpha_voxels=20000';
  await openPage(page, `#/1/unmix_picasso?${settings}`);
  await chooseFiles(page, join(import.meta.dirname, '../tests/data/picasso/picasso_3c_u16_T2Z2.ome.tif'));
  await page.getByRole('button', { name: 'Correct the bleed-through' }).click();
  await expect(page.getByText(/Destroys signal in/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Use the penalised objective' }).click();
  await expect(page.getByText('No channel is over-subtracted.')).toBeVisible({ timeout: 60_000 });
  const alpha = Number(await page.locator('.found-sources .strong').innerText());
  expect(Math.abs(alpha - 0.35)).toBeLessThan(0.05);
  await page.screenshot({ path: join(info.outputDir, 'penalised.png') });
});
