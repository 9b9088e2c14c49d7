// Twenty files that cannot be corrected: each is a clear error, and the page goes on working.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { chooseFiles, openExample, openPage, runWholeStack, savedReport, webunmix } from './support/page';

interface Entry {
  tag: number;
  type: 3 | 4;
  value: number;
}

/** A classic little-endian TIFF of one page from its entries; `next` is the offset of the next directory. */
function tiff(entries: Entry[], pixels: Buffer, next = 0): Buffer {
  const directory = 8 + pixels.length;
  const bytes = Buffer.alloc(directory + 2 + 12 * entries.length + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(directory, 4);
  pixels.copy(bytes, 8);
  bytes.writeUInt16LE(entries.length, directory);
  entries.forEach(({ tag, type, value }, i) => {
    const at = directory + 2 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    if (type === 3) bytes.writeUInt16LE(value, at + 8);
    else bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

interface Page {
  width?: number;
  height?: number;
  bits?: number;
  format?: number;
  compression?: number;
  samples?: number;
}

function entriesOf({ width = 16, height = 16, bits = 16, format = 1, compression = 1, samples = 1 }: Page): Entry[] {
  return [
    { tag: 256, type: 4, value: width },
    { tag: 257, type: 4, value: height },
    { tag: 258, type: 3, value: bits },
    { tag: 259, type: 3, value: compression },
    { tag: 262, type: 3, value: 1 },
    { tag: 273, type: 4, value: 8 },
    { tag: 277, type: 3, value: samples },
    { tag: 278, type: 4, value: height },
    { tag: 279, type: 4, value: Math.min(width * height * (bits / 8) * samples, 0xffff_ffff) },
    { tag: 339, type: 3, value: format },
  ];
}

const noise = Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 151 + 7) % 256));

test('files that cannot be read are errors in words, and an example still runs afterwards', async ({ page }, info) => {
  const folder = info.outputDir;
  webunmix(folder, 'example', 'whole.ome.tif', '--scene', 'cells', '--shape', '1,2,2,96,96');
  const whole = readFileSync(join(folder, 'whole.ome.tif'));
  const looping = tiff(entriesOf({}), noise);
  looping.writeUInt32LE(looping.readUInt32LE(4), looping.length - 4);

  const cases: [name: string, bytes: Buffer][] = [
    ['empty.tif', Buffer.alloc(0)],
    ['zeros.tif', Buffer.alloc(4096)],
    ['text.tif', Buffer.from('This is a letter, not a picture.\n'.repeat(50))],
    ['picture.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['four-bytes.tif', whole.subarray(0, 4)],
    ['cut-at-1-kB.ome.tif', whole.subarray(0, 1024)],
    ['cut-at-4-kB.ome.tif', whole.subarray(0, 4096)],
    ['cut-in-half.ome.tif', whole.subarray(0, whole.length >> 1)],
    ['looping.tif', looping],
    ['directory-beyond-the-end.tif', tiff(entriesOf({}), noise, 9_999_999)],
    ['claims-60000x60000.tif', tiff(entriesOf({ width: 60_000, height: 60_000 }), noise)],
    ['no-width.tif', tiff(entriesOf({}).slice(1), noise)],
    ['zero-height.tif', tiff(entriesOf({ height: 0 }), noise)],
    ['unknown-compression.tif', tiff(entriesOf({ compression: 34_712 }), noise)],
    ['broken-lzw.tif', tiff(entriesOf({ compression: 5 }), noise)],
    ['complex-numbers.tif', tiff(entriesOf({ width: 8, height: 8, bits: 64, format: 6 }), noise)],
    ['bits-of-17.tif', tiff(entriesOf({ bits: 17 }), noise)],
    ['recipe.json', Buffer.from('{"version": 1, "steps": [{"step": "unmics"}]}')],
    ['not-json.json', Buffer.from('{"version": 1, ')],
    ['one-channel.tif', tiff(entriesOf({}), noise)],
  ];
  expect(cases).toHaveLength(20);

  // All in one tab, which none of them may break.
  await openPage(page);
  const start = page.getByRole('button', { name: 'WebUnmix, start' });
  const said = page.locator('.note.bad:visible, .note.warn:visible').first();
  let words = '';
  for (const [name, buffer] of cases) {
    await test.step(name, async () => {
      if (await start.isVisible()) await start.click();
      const before = words;
      await chooseFiles(page, [{ name, mimeType: 'image/tiff', buffer }]);
      const saidNow = async () => ((await said.isVisible()) ? (await said.innerText()).trim() : before);
      await expect.poll(saidNow, { message: name, timeout: 20_000 }).not.toBe(before);
      words = await saidNow();
      expect(words.length, `${name}: ${words}`).toBeGreaterThan(20);
      expect(words, name).not.toMatch(/undefined|\[object|NaN|internal|RuntimeError|abort/i);
    });
  }

  // In the tab that has just seen the last of them.
  await start.click();
  await openExample(page, 'Two colours over time');
  await runWholeStack(page);
  expect((await savedReport(page)).alpha).toBeGreaterThan(0.2);
});

test('constant pixels and NaN are errors of the estimate, in words', async ({ page }, info) => {
  const folder = info.outputDir;
  webunmix(folder, 'example', 'circles.ome.tif', '--scene', 'circles', '--shape', '1,1,2,32,32');
  webunmix(folder, 'run', '/1', 'circles.ome.tif', '-o', 'plain.ome.tif', '--compression', 'none');
  const plain = readFileSync(join(folder, 'plain.ome.tif'));
  // The pixels are the last bytes of the file: 2 planes of 32 x 32 float32.
  const pixels = plain.length - 2 * 32 * 32 * 4;
  const constant = Buffer.from(plain);
  for (let at = pixels; at < constant.length; at += 4) constant.writeFloatLE(7, at);
  const notANumber = Buffer.from(plain);
  notANumber.writeFloatLE(Number.NaN, pixels + 400);

  for (const [name, buffer, words] of [
    ['constant.ome.tif', constant, /vary|constant|0/],
    ['nan.ome.tif', notANumber, /NaN/],
  ] as const) {
    await page.goto('about:blank');
    await openPage(page);
    await chooseFiles(page, [{ name, mimeType: 'image/tiff', buffer }]);
    await page.getByRole('button', { name: 'Correct the bleed-through' }).click();
    const said = page.locator('.note.bad:visible').first();
    await expect(said, name).toContainText(words, { timeout: 20_000 });
  }
});

test('the page keeps to its Content-Security-Policy', async ({ page }) => {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  await openPage(page);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).toContain("connect-src 'self' https:");
  await openExample(page, 'Two colours over time');
  expect(violations).toEqual([]);
});
