// Reads what the page shows out of a report. The report's keys belong to the core (docs/recipe.md); nothing else on the page
// knows their names.
import type { Report } from '../../workers/api';
import { formatNumber, formatPercent, NONE } from '../ui/format';
import type { Estimator } from './unmix';

export interface Interval {
  low: number;
  high: number;
}

export interface MethodEstimate {
  method: Estimator;
  alpha: number | null;
  interval: Interval | null;
  voxels: number | null;
  seconds: number | null;
  /** Why this method has no answer. */
  error: string | null;
}

/** What one pool of voxels gave. */
export interface PoolEstimate {
  t: number | null;
  alpha: number | null;
  alphaReverse: number | null;
  voxels: number | null;
  sourceBackground: number | null;
  targetBackground: number | null;
  /** In counts of the file: the prepared threshold plus the background that was taken off. */
  sourceThreshold: number | null;
  maskFallback: boolean;
  methods: MethodEstimate[];
  curves: { alpha: number[]; mutualInformation: number[]; correlation: number[] } | null;
}

export interface StepEstimate {
  alpha: number | null;
  pools: PoolEstimate[];
  alphaByT: (number | null)[] | null;
  resampling: string | null;
  sourceOffset: number | null;
  targetOffset: number | null;
  warnings: string[];
}

type Json = Record<string, unknown>;

const record = (value: unknown): Json | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : null;
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const numbers = (value: unknown): number[] => list(value).filter((v): v is number => typeof v === 'number');

const ESTIMATORS: Estimator[] = ['mean_ratio', 'linear_fit', 'corr_min', 'mi_min'];

function interval(value: unknown): Interval | null {
  const [low, high] = numbers(value);
  return low === undefined || high === undefined ? null : { low, high };
}

function methodEstimates(comparison: unknown): MethodEstimate[] {
  const rows = list(record(comparison)?.methods).map(record);
  return ESTIMATORS.flatMap((method) => {
    const row = rows.find((r) => r?.method === method);
    if (!row) return [];
    return [
      {
        method,
        alpha: number(row.alpha),
        interval: interval(row.interval),
        voxels: number(row.voxels),
        seconds: number(row.seconds),
        error: text(row.error),
      },
    ];
  });
}

function curves(value: unknown): PoolEstimate['curves'] {
  const curve = record(value);
  if (!curve) return null;
  const alpha = numbers(curve.alpha);
  const mutualInformation = numbers(curve.mutual_information);
  const correlation = numbers(curve.correlation);
  return alpha.length > 1 ? { alpha, mutualInformation, correlation } : null;
}

function pool(estimation: Json, reverse: Json | null, comparison: unknown, curve: unknown): PoolEstimate {
  const mask = record(estimation.mask_details);
  const background = number(estimation.source_background);
  const threshold = number(mask?.source_threshold);
  return {
    t: number(estimation.t),
    alpha: number(estimation.alpha),
    alphaReverse: number(reverse?.alpha),
    voxels: number(estimation.mask_voxel_count),
    sourceBackground: background,
    targetBackground: number(estimation.target_background),
    sourceThreshold:
      threshold === null ? null : threshold + (estimation.preprocess_alpha_inputs === false ? 0 : (background ?? 0)),
    maskFallback: mask?.mask_fallback_used === true,
    methods: methodEstimates(comparison),
    curves: curves(curve),
  };
}

/** The unmix step `index` of a report. */
export function stepEstimate(report: Report, index: number): StepEstimate | null {
  const step = report.steps[index] as (Report['steps'][number] & { details?: unknown }) | undefined;
  const details = record(step?.details);
  if (!step || !details) return null;
  const one = record(details.alpha_estimation);
  const byT = list(details.alpha_estimation_by_t).map(record);
  const reverseByT = list(details.alpha_estimation_reverse_by_t).map(record);
  const comparisonByT = list(details.comparison_by_t);
  const pools = one
    ? [pool(one, record(details.alpha_estimation_reverse), details.comparison, details.curves)]
    : byT.flatMap((estimation, i) => (estimation ? [pool(estimation, reverseByT[i] ?? null, comparisonByT[i], null)] : []));
  const comparison = record(details.comparison) ?? record(comparisonByT[0]);
  const resamples = number(comparison?.resamples);
  const seed = number(comparison?.seed);
  return {
    alpha: number(details.alpha),
    pools,
    alphaByT: Array.isArray(details.alpha_by_t) ? details.alpha_by_t.map(number) : null,
    resampling: resamples === null ? null : `${resamples} resamples of tiles, seed ${seed ?? 0}`,
    sourceOffset: number(details.source_offset),
    targetOffset: number(details.target_offset),
    warnings: step.warnings ?? [],
  };
}

export interface DiagnosticRow {
  name: string;
  before: string;
  after: string;
}

/** Before and after of the whole stack, as far as the report has them. */
export function diagnosticRows(report: Report, index: number): DiagnosticRow[] {
  const found = record(report.steps[index]?.diagnostics);
  const before = record(found?.before);
  const after = record(found?.after);
  const rows: [string, string, (v: number) => string][] = [
    ['Pearson r', 'pearson_r', (v) => formatNumber(v, 3)],
    ['Mutual information', 'mutual_information', (v) => formatNumber(v, 3)],
    ['Below zero', 'negative_fraction', formatPercent],
  ];
  return rows.flatMap(([name, key, write]) => {
    const [b, a] = [number(before?.[key]), number(after?.[key])];
    return b === null && a === null
      ? []
      : [{ name, before: b === null ? NONE : write(b), after: a === null ? NONE : write(a) }];
  });
}
