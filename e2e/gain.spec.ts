// Camera gain on the page: frames in, the curve and the number, maps, the report taken home; electrons after it; refusals.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { root } from '../tools/lib/paths.mjs';
import { chooseFiles, openExample, openPage, readByTifffile, saved, savedReport, webunmix } from './support/page';

interface Learnt {
  gain_e_per_adu: { unit: string; values: number[] };
  gain_se_e_per_adu: { values: number[] };
  offset_adu?: { values: number[] };
}

/** Pages that the file does not explain: they are time. */
async function answerTime(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /^time/i }).check();
  await page.getByRole('button', { name: 'Use these axes' }).click();
  await page.getByRole('button', { name: 'Choose the steps' }).click();
}

test('frames of a file: the curve, the number, the maps, and the report', async ({ page }) => {
  await openPage(page, '#/1/detect_gain');
  await chooseFiles(page, join(root, 'tests/data/gain/gain_cells_T30.tif'));
  await answerTime(page);
  await expect(page.getByText('Well determined.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('img', { name: 'Variance against mean, with the fitted line' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^Gain 1\.6\d+ ± 0\.00\d+.e-\/ADU/ })).toBeVisible();
  await page.getByText('Residuals', { exact: true }).click();
  await expect(page.getByRole('img', { name: 'Distance of the points from the line, per cent' })).toBeVisible();
  await page.getByRole('button', { name: 'Table: photon transfer' }).click();
  await expect(page.getByRole('dialog').getByRole('row')).toHaveCount(51);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  const maps = readByTifffile((await saved(page, /^Save maps/)).path);
  expect(maps).toMatchObject({ dtype: 'float32', channels: ['mean', 'variance', 'gain'] });

  await page.getByRole('button', { name: 'Run on the whole stack' }).click();
  await page.getByRole('button', { name: 'Take the result home' }).click({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: /^Save the stack/ })).toHaveCount(0);
  const report = await savedReport(page);
  const learnt = report.steps[0]?.learnt as Learnt;
  expect(learnt.gain_e_per_adu.unit).toBe('e-/ADU');
  expect(Math.abs((learnt.gain_e_per_adu.values[0] as number) - 1.7)).toBeLessThan(0.017);
  expect(learnt.gain_se_e_per_adu.values).toHaveLength(1);
});

test('dark frames give offset and read noise; electrons use what was measured', async ({ page }, info) => {
  const options = JSON.stringify({ light: 'dark' });
  webunmix(info.outputDir, 'example', 'dark.ome.tif', '--scene', 'photon_transfer', '--seed', '4', '--options', options);
  await openPage(page);
  await openExample(page, 'Camera test');
  await expect(page.getByRole('row', { name: /^Offset, at least/ })).toBeVisible({ timeout: 60_000 });
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Dark frames: choose' }).click();
  await (await chooser).setFiles(join(info.outputDir, 'dark.ome.tif'));
  await expect(page.getByRole('row', { name: /^Offset (99\.99|100\.0)\d* ± 0\.00\d+/ })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('row', { name: /^Read noise 1\.6\d* ± 0\.0/ })).toBeVisible();

  await page.getByRole('button', { name: 'Add step' }).click();
  await page.getByRole('menuitem', { name: 'Electrons' }).click();
  await expect(page.getByText(/e-\/ADU, offset 100\.\d, from step 1/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Run on the whole stack' }).click();
  await page.getByRole('button', { name: 'Take the result home' }).click({ timeout: 60_000 });
  const report = await savedReport(page);
  const used = (report.steps[1] as unknown as { used: { setting: string; from: string }[] }).used;
  expect(used.map(({ setting, from }) => [setting, from])).toEqual([
    ['gain', 'detect_gain'],
    ['offset', 'detect_gain'],
  ]);
  expect(report.inputs.map((input) => (input as unknown as { role: string }).role)).toEqual(['main', 'dark']);
});

test('flat light is refused in plain words, on the page and on a phone', async ({ page }) => {
  await openPage(page, '#/1/detect_gain');
  const file = readFileSync(join(root, 'tests/data/gain/gain_flat_T40.tif'));
  await chooseFiles(page, [{ name: 'flat.tif', mimeType: 'image/tiff', buffer: file }]);
  await answerTime(page);
  await expect(page.getByText('Flat illumination: no lever.')).toBeVisible({ timeout: 60_000 });
  // Why, in pictures: the cloud of pixels without a line, and what was measured of each.
  await expect(page.getByRole('img', { name: 'Variance against mean, without a line' })).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Variance' })).toBeVisible();
  await expect(page.getByText(/use a scene or a gradient with bright and dark parts/i)).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('tab', { name: 'Gain' }).click();
  await expect(page.getByText('Flat illumination: no lever.')).toBeVisible();
});
