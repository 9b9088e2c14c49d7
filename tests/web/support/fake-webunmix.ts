// A stand-in for the machine, for working on the page without wasm: synthetic cells, honest estimators on one plane, invented
// progress. File names choose what happens: "pages…" asks for axes, "broken…" cannot be opened, "full…" fails while writing.

import { seeded } from '../../../web/open/random';
import { sceneLayers } from '../../../web/open/scene';
import type {
  Inspection,
  JobOptions,
  Pixels,
  Plane,
  PlaneRequest,
  Recipe,
  RecipePlan,
  Report,
  RunOptions,
  RunResult,
  Session,
  WebUnmix,
} from '../../../workers/api';
import { unmixKind } from './fake-tables';

const SIDE = 512;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function fail(tag: string, message: string): never {
  throw Object.assign(new Error(message), { tag });
}

class FakeScene {
  readonly #layers = sceneLayers(SIDE, SIDE);
  readonly #made = new Map<string, Float32Array[]>();

  /** Source and target, one time point and slice, with bleed-through 0.28, pedestal 112 and photon noise. */
  plane(t: number, z: number): Float32Array[] {
    const key = `${t}/${z}`;
    const kept = this.#made.get(key);
    if (kept) return kept;
    const random = seeded(1000 * t + z);
    const fade = 1 - 0.02 * Math.abs(z - 12);
    const shift = t * 7;
    const source = new Float32Array(SIDE * SIDE);
    const target = new Float32Array(SIDE * SIDE);
    for (let y = 0; y < SIDE; y += 1) {
      for (let x = 0; x < SIDE; x += 1) {
        const from = y * SIDE + ((x + shift) % SIDE);
        const noise = () => random() + random() + random() - 1.5;
        const uneven = 0.72 + 0.28 * Math.sin(x / 23 + t) * Math.cos(y / 19);
        const s = 7600 * fade * uneven * ((this.#layers.source[from] as number) / 255);
        const d = 2100 * fade * ((this.#layers.target[from] as number) / 255);
        const i = y * SIDE + x;
        source[i] = Math.round(112 + s + noise() * Math.sqrt(40 + s * 0.8));
        target[i] = Math.round(
          112 + d + 0.28 * s + 9 * (s > 1500 ? 1 : 0) * random() + noise() * Math.sqrt(40 + d * 0.6 + s * 0.2),
        );
      }
    }
    const made = [source, target];
    if (this.#made.size > 20) this.#made.clear();
    this.#made.set(key, made);
    return made;
  }
}

function percentile(values: Float32Array, q: number): number {
  const sorted = values.slice().sort();
  const at = (q / 100) * (sorted.length - 1);
  const low = Math.floor(at);
  return (
    (sorted[low] as number) + (at - low) * ((sorted[Math.min(low + 1, sorted.length - 1)] as number) - (sorted[low] as number))
  );
}

function mutualInformation(x: number[], y: number[], bins = 64): number {
  const range = (v: number[]) => [Math.min(...v), Math.max(...v)] as const;
  const [x0, x1] = range(x);
  const [y0, y1] = range(y);
  const joint = new Float64Array(bins * bins);
  const px = new Float64Array(bins);
  const py = new Float64Array(bins);
  x.forEach((xv, i) => {
    const a = Math.min(Math.floor(((xv - x0) * bins) / (x1 - x0 || 1)), bins - 1);
    const b = Math.min(Math.floor((((y[i] as number) - y0) * bins) / (y1 - y0 || 1)), bins - 1);
    joint[a * bins + b] = (joint[a * bins + b] as number) + 1 / x.length;
    px[a] = (px[a] as number) + 1 / x.length;
    py[b] = (py[b] as number) + 1 / x.length;
  });
  let sum = 0;
  joint.forEach((p, k) => {
    if (p > 0) sum += p * Math.log(p / ((px[Math.floor(k / bins)] as number) * (py[k % bins] as number)));
  });
  return sum;
}

function pearson(x: number[], y: number[]): number {
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  x.forEach((xv, i) => {
    xx += (xv - mx) ** 2;
    yy += ((y[i] as number) - my) ** 2;
    xy += (xv - mx) * ((y[i] as number) - my);
  });
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

function estimators(x: number[], y: number[]): Record<string, number> {
  const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const cov = x.reduce((sum, v, i) => sum + (v - mx) * ((y[i] as number) - my), 0);
  const variance = x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let a = 0; a <= 0.6; a += 0.004) {
    const mi = mutualInformation(
      x,
      y.map((v, i) => v - a * (x[i] as number)),
    );
    if (mi < least) [least, best] = [mi, a];
  }
  return { mean_ratio: my / mx, linear_fit: dot(x, y) / dot(x, x), corr_min: Math.max(cov / variance, 0), mi_min: best };
}

function estimation(scene: FakeScene, t: number, settings: Record<string, unknown>) {
  const [source, target] = scene.plane(t, 12) as [Float32Array, Float32Array];
  const background = Number(settings.background_percentile ?? 1);
  const [bs, bt] = [percentile(source, background), percentile(target, background)];
  const prepared = source.map((v) => Math.max(v - bs, 0));
  const threshold = percentile(prepared, Number(settings.signal_percentile ?? 99));
  const [x, y]: [number[], number[]] = [[], []];
  prepared.forEach((v, i) => {
    if (v < threshold) return;
    x.push(v);
    y.push(Math.max((target[i] as number) - bt, 0));
  });
  if (x.length < 16)
    fail('not_enough_data', `Only ${x.length} voxels are bright enough, 16 are needed. Lower signal_percentile.`);
  const found = estimators(x, y);
  const alpha = found[String(settings.method)] ?? found.mi_min ?? 0;
  const curve: number[] = [];
  for (let a = 0; a <= 0.6; a += 0.02) curve.push(a);
  const less = (a: number) => y.map((v, i) => v - a * (x[i] as number));
  return {
    estimation: {
      t,
      method: settings.method,
      alpha,
      source_background: bs,
      target_background: bt,
      mask_voxel_count: x.length,
      mask_details: { source_threshold: threshold, mask_fallback_used: false, mask_voxel_count: x.length },
    },
    comparison: {
      resamples: 200,
      seed: 0,
      methods: Object.entries(found).map(([method, value], i) => ({
        method,
        alpha: value,
        interval: [value - ([0.012, 0.011, 0.016, 0.017][i] ?? 0), value + ([0.014, 0.011, 0.036, 0.008][i] ?? 0)],
        voxels: x.length,
        residual_r: pearson(x, less(value)),
        residual_mi: mutualInformation(x, less(value)),
        error: null,
      })),
    },
    curves: {
      alpha: curve,
      mutual_information: curve.map((a) => mutualInformation(x, less(a))),
      correlation: curve.map((a) => pearson(x, less(a))),
    },
  };
}

class FakeSession implements Session {
  readonly layout = null;
  readonly inspections: Inspection[];
  readonly #scene = new FakeScene();
  #fitted: Recipe | null = null;

  constructor(inspection: Inspection) {
    this.inspections = [inspection];
  }

  get #shape(): [number, number, number, number, number] {
    return this.inspections[0]?.shape ?? fail('axes_needed', 'The axes are not known yet.');
  }

  async setInputs(): Promise<Inspection[]> {
    return [];
  }

  async setAxes(_input: number, axes: string): Promise<Inspection> {
    const count = (letter: string) => Number(new RegExp(`${letter}(\\d+)`).exec(axes)?.[1] ?? 1);
    if (count('C') < 2) fail('bad_setting', `${axes} leaves one channel; unmixing needs two.`);
    const inspection = { ...(this.inspections[0] as Inspection), question: null, axes_from: 'user' as const };
    inspection.shape = [count('T'), count('Z'), count('C'), SIDE, SIDE];
    inspection.channels = Array.from({ length: count('C') }, () => ({
      name: '',
      colour: null,
      excitation_nm: null,
      emission_nm: null,
    }));
    this.inspections[0] = inspection;
    return inspection;
  }

  async plan(): Promise<RecipePlan> {
    return { output: null, warnings: [] };
  }

  async fit(recipe: Recipe, options: JobOptions & { compare?: boolean } = {}): Promise<Report> {
    const steps = [];
    for (const step of recipe.steps) {
      const { settings } = step;
      if (settings.method === 'manual') {
        steps.push({
          step: step.step,
          settings,
          used: [],
          learnt: {},
          warnings: [],
          diagnostics: {},
          details: { alpha: settings.alpha },
        });
        continue;
      }
      const perT = settings.alpha_mode === 'per_t';
      const ts = perT ? Array.from({ length: this.#shape[0] }, (_, t) => t) : [Number(settings.alpha_reference_t ?? 0)];
      const pools = [];
      for (const [i, t] of ts.entries()) {
        await wait(30);
        options.signal?.throwIfAborted();
        options.onProgress?.({
          label: 'Estimating',
          fraction: i / ts.length,
          secondsLeft: 1,
          itemsDone: i,
          items: ts.length,
          workers: 2,
          heapBytes: 9e7,
        });
        pools.push(estimation(this.#scene, t, settings));
      }
      const first = pools[0];
      steps.push({
        step: step.step,
        settings,
        used: [],
        learnt: {},
        warnings: [],
        diagnostics: {},
        details: perT
          ? {
              alpha_by_t: pools.map((p) => p.estimation.alpha),
              alpha_estimation_by_t: pools.map((p) => p.estimation),
              comparison_by_t: pools.map((p) => ({ t: p.estimation.t, ...p.comparison, curves: p.curves })),
            }
          : {
              alpha: first?.estimation.alpha,
              alpha_estimation: first?.estimation,
              comparison: first?.comparison,
              curves: first?.curves,
            },
      });
    }
    this.#fitted = recipe;
    return { version: 1, recipe, steps };
  }

  async plane(request: PlaneRequest): Promise<Plane> {
    await wait(4);
    const planes = this.#scene.plane(request.t, request.z);
    let [source, target] = [planes[0] as Float32Array, planes[1] as Float32Array];
    const step = request.stage > 0 ? this.#fitted?.steps[request.stage - 1] : null;
    if (step) {
      const alpha = Number(step.settings.alpha ?? 0);
      const given = step.settings.source_offset;
      const offset = given === 'auto' ? 112 : Number(given ?? 0);
      const [s, t] = [source, target];
      target = t.map((v, i) => v - alpha * ((s[i] as number) - offset));
      source = s.slice();
    }
    const typed = (v: Float32Array): Pixels => (step ? v : Uint16Array.from(v));
    return {
      type: step ? 'float32' : 'uint16',
      width: SIDE,
      height: SIDE,
      channels: request.channels.map((c) => typed(c === 0 ? source : c === 1 ? target : source.map((v) => v / 3))),
    };
  }

  async run(recipe: Recipe, options: RunOptions): Promise<RunResult> {
    const items = this.#shape[0] * this.#shape[1] * 2;
    for (let i = 0; i < items; i += 4) {
      await wait(40);
      options.signal?.throwIfAborted();
      if (this.inspections[0]?.name.startsWith('full') && i > items / 2)
        fail('write_failed', `${options.name}: the disk is full. Free 1.2 GB and run again.`);
      options.onProgress?.({
        label: i < items / 6 ? 'Measuring' : 'Correcting',
        fraction: i / items,
        secondsLeft: i > 20 ? ((items - i) * 0.04) / 4 : null,
        itemsDone: i,
        items,
        workers: 2,
        heapBytes: 412e6,
      });
    }
    const report = await this.fit(recipe);
    const file = new File(['corrected'], options.name);
    return { report, file, files: [file], seconds: 4.2, peakHeapBytes: 412e6 };
  }

  async close(): Promise<void> {}
}

function inspection(name: string): Inspection {
  if (name.startsWith('broken'))
    fail(
      'bad_file',
      `${name} ends after 1 024 bytes, but its header promises 4 294 967 296. The copy is incomplete: copy the file again.`,
    );
  const asks = name.startsWith('pages');
  return {
    name,
    bytes: 1.21e9,
    format: 'OME-TIFF',
    compression: 'Deflate',
    shape: asks ? null : [12, 24, 2, SIDE, SIDE],
    axes: 'TZCYX',
    axes_from: asks ? null : 'ome',
    question: asks
      ? { pages: 576, message: 'Its description names no axes.', guess: 'T12Z24C2', choices: ['T', 'Z', 'C'] }
      : null,
    type: 'uint16',
    channels: [
      { name: 'Tubulin', colour: '#00ffff', excitation_nm: 488, emission_nm: 520 },
      { name: 'H2B', colour: '#ff00ff', excitation_nm: 561, emission_nm: 600 },
    ],
    pixel_size: { x: { value: 0.108, unit: 'µm' }, y: { value: 0.108, unit: 'µm' }, z: { value: 0.3, unit: 'µm' } },
    time_increment: { value: 30, unit: 's' },
    tiles: [],
    stage_position: null,
    warnings: [],
  };
}

function format(recipe: Recipe): string {
  return `/1/${recipe.steps
    .map((step) => {
      const query = Object.entries(step.settings)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join('&');
      return `${step.enabled === false ? '!' : ''}${step.step}${query ? `?${query}` : ''}`;
    })
    .join('/')}`;
}

function parse(text: string): Recipe {
  if (text.trimStart().startsWith('{')) {
    const json = JSON.parse(text);
    return json.recipe ?? json;
  }
  const steps = text
    .replace(/^\/1/, '')
    .split('/')
    .filter(Boolean)
    .map((part) => {
      const [name = '', query = ''] = part.split('?');
      const settings = Object.fromEntries(
        query
          .split('&')
          .filter(Boolean)
          .map((pair) => {
            const [key = '', value = ''] = pair.split('=');
            return [key, /^(true|false|null|-?[\d.]+)$/.test(value) ? JSON.parse(value) : value];
          }),
      );
      if (name.replace('!', '') !== 'unmix') fail('bad_recipe', `There is no step "${name}". Did you mean "unmix"?`);
      return { step: 'unmix', settings, ...(name.startsWith('!') ? { enabled: false } : {}) };
    });
  return { version: 1, steps };
}

export async function createWebUnmix(): Promise<WebUnmix> {
  await wait(150);
  return {
    kinds: [unmixKind],
    schema: {},
    version: 'fake',
    open: async ([first]) => {
      await wait(200);
      const name = typeof first?.file === 'string' ? first.file.replace(/.*\//, '') : (first?.file.name ?? '');
      return new FakeSession(inspection(name));
    },
    parseRecipe: async (text) => parse(text),
    formatRecipe: async (recipe) => format(recipe),
    makeNpz: async () => new Uint8Array(),
    example: async () => ({ file: new File(['x'], 'hela-tubulin-h2b.ome.tif'), truth: { alpha: 0.28 } }),
    planesFile: async (name) => new File(['x'], name),
    close: async () => {},
  };
}
