// Speed and memory, measured in Chromium against a peer or a limit in the same run (`npm run bench`).
//
//   npm run bench                     everything
//   npm run bench -- --only runs,decode,kernels,memory,picasso,flatfield,gain
//   npm run bench -- --rounds 5       the median of five rounds instead of three
//   npm run bench -- --write          also writes the table into docs/benchmarks.md
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/paths.mjs';
import { benchData } from './data.mjs';
import { flatfieldRows } from './flatfield.mjs';
import { gainRows } from './gain.mjs';
import { kernelRows } from './kernels.mjs';
import { holds, median, table } from './measure.mjs';
import { picassoRows } from './picasso.mjs';
import { withTab } from './tab.mjs';

/** @typedef {import('./measure.mjs').Row} Row */

const parts = ['runs', 'decode', 'memory', 'kernels', 'picasso', 'flatfield', 'gain'];
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: parts.join(',') },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const chosen = values.only.split(',');
const unknown = chosen.find((part) => !parts.includes(part));
const rounds = Number(values.rounds);
if (unknown || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    unknown ? `--only ${unknown}: choose from ${parts.join(', ')}` : `--rounds ${values.rounds}: a whole number from 1`,
  );
  process.exit(2);
}
const workers = 2;
const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

/** Whole runs against plain copying. @param {any} tab @param {ReturnType<typeof benchData>} data @returns {Promise<Row[]>} */
async function runRows(tab, data) {
  const cases = [
    { what: 'fixed alpha', recipe: '/1/unmix?alpha=0.3', limit: 2 },
    { what: 'mean_ratio', recipe: '/1/unmix', limit: 3 },
    { what: 'mi_min', recipe: '/1/unmix?method=mi_min', limit: 3.5 },
  ];
  await tab.choose(data.none);
  /** @type {Map<string, { ours: number[], peer: number[], ratio: number[] }>} */
  const seconds = new Map(cases.map(({ what }) => [what, { ours: [], peer: [], ratio: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { what, recipe } of cases) {
      const run = await tab.call('run', recipe, workers, 'none');
      const copy = await tab.call('copy', run.bytesOut);
      say(
        `  ${what}: run ${run.seconds.toFixed(2)} s, opened in ${run.openSeconds.toFixed(2)} s, copy ${copy.seconds.toFixed(2)} s`,
      );
      seconds.get(what)?.ours.push(run.seconds);
      seconds.get(what)?.peer.push(copy.seconds);
    }
  }
  return cases.map(({ what, limit }) => {
    const { ours, peer } = /** @type {{ ours: number[], peer: number[] }} */ (seconds.get(what));
    return {
      what: `whole run, ${what}, against copying`,
      ours: median(ours),
      peer: median(peer),
      unit: 's',
      limit,
      kind: 'at most',
    };
  });
}

/** Decoding in one worker. @param {any} tab @param {ReturnType<typeof benchData>} data @returns {Promise<Row[]>} */
async function decodeRows(tab, data) {
  /** @type {Row[]} */
  const rows = [];
  for (const [name, path] of /** @type {const} */ ([
    ['uncompressed', data.none],
    ['LZW', data.lzw],
    ['Deflate', data.deflate],
  ])) {
    await tab.choose(path);
    /** @type {Record<string, number[]>} */
    const speeds = { webunmix: [], utif2: [], geotiff: [] };
    for (let round = 0; round < rounds; round += 1) {
      const checksums = new Set();
      for (const decoder of Object.keys(speeds)) {
        const { seconds, bytes, checksum } = await tab.call('decode', decoder);
        speeds[decoder]?.push(bytes / 1e6 / seconds);
        checksums.add(checksum);
        say(`  ${name}, ${decoder}: ${(bytes / 1e6 / seconds).toFixed(0)} MB/s`);
      }
      if (checksums.size > 1) throw new Error(`the decoders do not agree on the pixels of ${path}`);
    }
    const of = (/** @type {string} */ decoder) => median(speeds[decoder] ?? []);
    const row = { ours: of('webunmix'), unit: 'MB/s', kind: /** @type {const} */ ('at least') };
    rows.push({ ...row, what: `decode ${name}, against utif2`, peer: of('utif2'), limit: 1.7 });
    rows.push({ ...row, what: `decode ${name}, against geotiff.js`, peer: of('geotiff'), limit: 4.5 });
  }
  return rows;
}

/** Peak memory of all wasm heaps. @param {any} tab @param {ReturnType<typeof benchData>} data @returns {Promise<Row[]>} */
async function memoryRows(tab, data) {
  /** @type {Row[]} */
  const rows = [];
  for (const [name, path] of /** @type {const} */ ([
    ['134 MB', data.none],
    ['1 GB', data.gb1],
    ['8 GB', data.gb8],
  ])) {
    await tab.choose(path);
    const run = await tab.call('run', '/1/unmix?method=mi_min&output_dtype=uint16', workers, 'deflate');
    say(`  ${name}: ${run.seconds.toFixed(1)} s, ${(run.peakHeapBytes / 1e6).toFixed(0)} MB of wasm memory`);
    rows.push({
      what: `peak wasm memory, ${name} stack, ${workers} workers`,
      ours: run.peakHeapBytes / 1e6,
      peer: 400,
      unit: 'MB',
      limit: 1,
      kind: 'at most',
    });
  }
  return rows;
}

const needsTab = chosen.some((part) => !['kernels', 'gain'].includes(part));
const needsData = chosen.some((part) => ['runs', 'decode', 'memory', 'flatfield'].includes(part));
const data = needsData ? benchData() : undefined;
/** @type {Row[]} */
const rows = [];
if (needsTab) {
  await withTab(async (tab) => {
    if (data && chosen.includes('runs')) rows.push(...(await runRows(tab, data)));
    if (data && chosen.includes('decode')) rows.push(...(await decodeRows(tab, data)));
    if (data && chosen.includes('memory')) rows.push(...(await memoryRows(tab, data)));
    if (chosen.includes('picasso')) rows.push(...(await picassoRows(tab, rounds)));
    if (data && chosen.includes('flatfield')) rows.push(...(await flatfieldRows(tab, data, rounds, say)));
  });
}
if (chosen.includes('kernels')) rows.push(...kernelRows(rounds));
if (chosen.includes('gain')) rows.push(...(await gainRows(rounds, say)));

const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const text = `Measured on ${new Date().toISOString().slice(0, 10)} on ${machine}, Chromium headless, median of ${rounds} rounds, ${workers} workers.\n\n${table(rows)}\n`;
process.stdout.write(`\n${text}`);

if (values.write) {
  const path = join(root, 'docs/benchmarks.md');
  const document = readFileSync(path, 'utf8');
  const [before, after] = [document.indexOf('<!-- table begins -->'), document.indexOf('<!-- table ends -->')];
  if (before < 0 || after < before) throw new Error(`${path} has lost the marks between which the table stands`);
  writeFileSync(path, `${document.slice(0, before)}<!-- table begins -->\n\n${text}\n${document.slice(after)}`);
}
process.exitCode = rows.every(holds) ? 0 : 1;
