// From an example to the files taken home, and the numbers in them.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
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

test('an example is corrected, and the stack that is saved is what the report says', async ({ page }, info) => {
  await openPage(page);
  await openExample(page, 'Two colours over time');
  await runWholeStack(page);
  const stack = await saved(page, /^Save the stack/);
  const report = await savedReport(page);
  expect(stack.suggested).toMatch(/\.ome\.tif$/);

  const written = readByTifffile(stack.path);
  expect(written.axes).toBe('TZCYX');
  expect(written.dtype).toBe('float32');
  expect(written.channels).toEqual(['Tubulin', 'H2B']);
  expect(report.recipe.steps[0]?.settings.method).toBe('mi_min');
  expect(report.alpha).toBeGreaterThan(0.25);
  expect(report.alpha).toBeLessThan(0.35);
  expect(report.inputs[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);

  // The same recipe and input in Node: the same pixels and the same alpha, to the last bit.
  const folder = info.outputDir;
  webunmix(folder, 'example', 'example.ome.tif', '--scene', 'cells');
  webunmix(folder, 'run', JSON.stringify(report.recipe), 'example.ome.tif', '-o', 'node.ome.tif', '--workers', '1');
  expect(readByTifffile(`${folder}/node.ome.tif`).sha256).toBe(written.sha256);
  const again = JSON.parse(readFileSync(`${folder}/node.ome.tif.json`, 'utf8')) as { alpha: number };
  expect(again.alpha).toBe(report.alpha);
});

test('the address holds the recipe, and restores it', async ({ page }) => {
  await openPage(page, '#/1/unmix?method=mi_min&signal_percentile=97&output_dtype=uint16');
  await openExample(page, 'Two blobs');
  expect(new URL(page.url()).hash).toContain('signal_percentile=97');
  await runWholeStack(page);
  expect(readByTifffile((await saved(page, /^Save the stack/)).path).dtype).toBe('uint16');
  const report = await savedReport(page);
  expect(report.recipe.steps[0]?.settings.signal_percentile).toBe(97);

  // The report, dropped on a fresh page, brings the same settings back.
  await page.goto('about:blank');
  await openPage(page);
  await chooseFiles(page, [{ name: 'report.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(report)) }]);
  await openExample(page, 'Two blobs');
  await expect.poll(() => new URL(page.url()).hash).toContain('signal_percentile=97');
});

test('Cancel stops a run within a second and leaves the page usable', async ({ page }) => {
  await openPage(page, '#/1/unmix?method=mi_min&alpha_mode=per_t&signal_percentile=20');
  await openExample(page, 'Two blobs');
  await page.getByRole('button', { name: 'Run on the whole stack' }).click();
  // Forced: the button moves with the progress, and a run of seconds does not wait for it to rest.
  await page.getByRole('button', { name: 'Cancel' }).click({ timeout: 10_000, force: true });
  await expect(page.getByRole('button', { name: 'Run on the whole stack' })).toBeVisible({ timeout: 3_000 });
  await runWholeStack(page);
  expect((await savedReport(page)).alpha_values).toHaveLength(9);
});
