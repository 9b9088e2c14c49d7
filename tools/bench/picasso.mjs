// Blind unmixing of many channels (unmix_picasso): how long a fit takes in one worker against the limit set for it, and that memory does
// not grow with the number of time points. The stacks are made once by the command line under build/bench/.
import { once, planesOf, webunmix } from './data.mjs';
import { median } from './measure.mjs';
import { writeSparseTiff } from './sparse-tiff.mjs';

const long = { z: 2, c: 3, y: 1024, x: 1024 };
const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

/** A scene of dyes, uncompressed. @param {string} shape T,Z,C,Y,X */
const dyes = (shape) =>
  once(`dyes-${shape.replaceAll(',', 'x')}.ome.tif`, (path) => {
    const compressed = once(`dyes-${shape.replaceAll(',', 'x')}-deflate.ome.tif`, (made) =>
      webunmix('example', made, '--scene', 'dyes', '--shape', shape, '--seed', '1', '--overwrite'),
    );
    webunmix('run', '/1', compressed, '-o', path, '--compression', 'none', '--overwrite', '--quiet');
  });

/** A stack of `t` time points: the first is a scene, the others are dark. @param {number} t */
const manyTimes = (t) =>
  once(`dyes-t${t}.ome.tif`, (path) => {
    const read = planesOf(dyes(`1,${long.z},${long.c},${long.y},${long.x}`), long.z * long.c, long.y * long.x * 2);
    writeSparseTiff(path, { t, ...long }, read);
  });

/** @param {any} tab @param {number} rounds @returns {Promise<import('./measure.mjs').Row[]>} */
export async function picassoRows(tab, rounds) {
  /** @type {import('./measure.mjs').Row[]} */
  const rows = [];
  for (const { what, shape, iterations, limit } of [
    { what: '3 channels 512 x 512, 50 iterations', shape: '1,1,3,512,512', iterations: 50, limit: 0.2 },
    { what: '5 channels 2048 x 2048, 200 iterations', shape: '1,1,5,2048,2048', iterations: 200, limit: 15 },
  ]) {
    await tab.choose(dyes(shape));
    const recipe = `/1/unmix_picasso?implementation=matlab_n&quantisation=round&output_units=input&max_iter=${iterations}`;
    /** @type {number[]} */
    const seconds = [];
    for (let round = 0; round < rounds; round += 1) {
      const run = await tab.call('run', recipe, 1, 'none');
      seconds.push(run.report.times.fit_s);
      say(`  picasso, ${what}: fit ${run.report.times.fit_s.toFixed(2)} s, whole run ${run.seconds.toFixed(2)} s`);
    }
    rows.push({
      what: `fit of unmix_picasso, ${what}, one worker`,
      ours: median(seconds),
      peer: limit,
      unit: 's',
      limit: 1,
      kind: 'at most',
    });
  }
  const peaks = [];
  for (const t of [4, 64]) {
    await tab.choose(manyTimes(t));
    const recipe = '/1/unmix_picasso?quantisation=round&output_units=input&max_iter=50&output_dtype=uint16';
    const run = await tab.call('run', recipe, 1, 'deflate');
    say(`  picasso, ${t} time points: ${run.seconds.toFixed(1)} s, ${(run.peakHeapBytes / 1e6).toFixed(0)} MB of wasm memory`);
    peaks.push(run.peakHeapBytes / 1e6);
  }
  const [short = 0, many = 0] = peaks;
  rows.push({
    what: 'peak wasm memory of unmix_picasso, 64 time points (0.8 GB) against 4',
    ours: many,
    peer: short,
    unit: 'MB',
    limit: 1.1,
    kind: 'at most',
  });
  return rows;
}
