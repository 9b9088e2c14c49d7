// Flat-field correction in the tab: the fit against half a second, correcting against copying, and what the fit holds in memory.
import { benchStack } from './data.mjs';
import { median } from './measure.mjs';

const workers = 2;

/** @param {any} tab @param {ReturnType<typeof import("./data.mjs").benchData>} data @param {number} rounds @param {(text: string) => void} say
 * @returns {Promise<import("./measure.mjs").Row[]>} */
export async function flatfieldRows(tab, data, rounds, say) {
  await tab.choose(benchStack('shading-512.ome.tif', ['--scene', 'shading', '--shape', '100,1,1,512,512']));
  /** @type {number[]} */
  const fits = [];
  for (let round = 0; round < rounds; round += 1) {
    const { seconds } = await tab.call('fit', '/1/flatfield?source=basic&offset=0', 1);
    say(`  fit of 100 frames: ${seconds.toFixed(2)} s`);
    fits.push(seconds);
  }

  await tab.choose(benchStack('shading-128.ome.tif', ['--scene', 'shading', '--shape', '1000,1,1,128,128']));
  const few = await tab.call('fit', '/1/flatfield?source=basic&offset=0&max_frames=100', 1);
  const many = await tab.call('fit', '/1/flatfield?source=basic&offset=0&max_frames=1000', 1);
  const bytes = (many.heapBytes - few.heapBytes) / (900 * 128 * 128);
  say(`  memory of the fit: ${bytes.toFixed(1)} B for each pixel and frame`);

  await tab.choose(data.gb1);
  /** @type {number[]} */
  const corrections = [];
  /** @type {number[]} */
  const copies = [];
  for (let round = 0; round < rounds; round += 1) {
    const run = await tab.call('correct', '/1/flatfield?source=measured', workers);
    const copy = await tab.call('copy', run.bytesOut);
    say(
      `  correcting 1 GB: ${run.outputSeconds.toFixed(2)} s, with the checksum ${run.seconds.toFixed(2)} s, copy ${copy.seconds.toFixed(2)} s`,
    );
    corrections.push(run.outputSeconds);
    copies.push(copy.seconds);
  }
  return [
    {
      what: 'flatfield, fit of 100 frames 512 x 512 at 128, one worker',
      ours: median(fits),
      peer: 0.5,
      unit: 's',
      limit: 1,
      kind: 'at most',
    },
    {
      what: 'flatfield, memory of the fit for each pixel and frame',
      ours: bytes,
      peer: 16,
      unit: 'B',
      limit: 1,
      kind: 'at most',
    },
    {
      what: 'flatfield, correcting 1 GB by a profile, against copying',
      ours: median(corrections),
      peer: median(copies),
      unit: 's',
      limit: 2,
      kind: 'at most',
    },
  ];
}
