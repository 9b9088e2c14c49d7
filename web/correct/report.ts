// Reads what the page shows out of a report. The report's keys belong to the core (docs/recipe.md); nothing else on the page
// knows their names.
import type { Report, ReportStep } from '../../workers/api';
import { formatNumber, formatPercent, formatValue, NONE } from '../ui/format';
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
  /** Pearson's r and mutual information of source and corrected target at this alpha, in the masked voxels. */
  residualR: number | null;
  residualMi: number | null;
  /** Why this method has no answer. */
  error: string | null;
}

/** How mutual information (nats) and correlation run with alpha. A correlation may be NaN: that of a constant is nothing. */
export interface Curves {
  alpha: number[];
  mutualInformation: number[];
  correlation: number[];
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
  methods: MethodEstimate[];
  curves: Curves | null;
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
/** A list of numbers; what is null or missing becomes NaN, so that lists that belong together stay in step. */
const numbers = (value: unknown): number[] => list(value).map((v) => number(v) ?? Number.NaN);

const ESTIMATORS: Estimator[] = ['mean_ratio', 'linear_fit', 'corr_min', 'mi_min'];

function interval(value: unknown): Interval | null {
  const [low, high] = list(value).map(number);
  return typeof low === 'number' && typeof high === 'number' ? { low, high } : null;
}

function methodEstimates(comparison: Json | null): MethodEstimate[] {
  const rows = list(comparison?.methods).map(record);
  return ESTIMATORS.flatMap((method) => {
    const row = rows.find((r) => r?.method === method);
    if (!row) return [];
    return [
      {
        method,
        alpha: number(row.alpha),
        interval: interval(row.interval),
        voxels: number(row.voxels),
        residualR: number(row.residual_r),
        residualMi: number(row.residual_mi),
        error: text(row.error),
      },
    ];
  });
}

function curves(value: unknown): Curves | null {
  const curve = record(value);
  if (!curve) return null;
  const alpha = numbers(curve.alpha);
  const mutualInformation = numbers(curve.mutual_information);
  const correlation = numbers(curve.correlation);
  const complete = mutualInformation.length === alpha.length && correlation.length === alpha.length;
  return alpha.length > 1 && complete ? { alpha, mutualInformation, correlation } : null;
}

function pool(estimation: Json, reverse: Json | null, comparison: Json | null, curve: unknown): PoolEstimate {
  const mask = record(estimation.mask_details);
  const background = number(estimation.source_background);
  const threshold = number(mask?.source_threshold);
  const taken = estimation.preprocess_alpha_inputs === false ? 0 : (background ?? 0);
  return {
    t: number(estimation.t),
    alpha: number(estimation.alpha),
    alphaReverse: number(reverse?.alpha),
    voxels: number(estimation.mask_voxel_count),
    sourceBackground: background,
    targetBackground: number(estimation.target_background),
    sourceThreshold: threshold === null ? null : threshold + taken,
    methods: methodEstimates(comparison),
    curves: curves(curve),
  };
}

/** Of an `unmix` step. */
export function stepEstimate(step: ReportStep | null): StepEstimate | null {
  const details = record(step?.details);
  if (!step || !details) return null;
  const one = record(details.alpha_estimation);
  const comparison = record(details.comparison);
  const reverseByT = list(details.alpha_estimation_reverse_by_t).map(record);
  const comparisonByT = list(details.comparison_by_t).map(record);
  const at = (rows: (Json | null)[], t: unknown) => rows.find((row) => row?.t === t) ?? null;
  const pools = one
    ? [pool(one, record(details.alpha_estimation_reverse), comparison, details.curves)]
    : list(details.alpha_estimation_by_t).flatMap((value) => {
        const estimation = record(value);
        if (!estimation) return [];
        const compared = at(comparisonByT, estimation.t);
        return [pool(estimation, at(reverseByT, estimation.t), compared, compared?.curves)];
      });
  const resampled = comparison ?? comparisonByT[0] ?? null;
  const resamples = number(resampled?.resamples);
  const intervals = pools.some((p) => p.methods.some((m) => m.interval !== null));
  return {
    alpha: number(details.alpha),
    pools,
    alphaByT: Array.isArray(details.alpha_by_t) ? details.alpha_by_t.map(number) : null,
    resampling: resamples && intervals ? `${resamples} resamples of tiles, seed ${number(resampled?.seed) ?? 0}` : null,
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
export function diagnosticRows(step: ReportStep): DiagnosticRow[] {
  const found = record(step.diagnostics);
  const before = record(found?.before);
  const after = record(found?.after);
  const rows: [string, string, (v: number) => string][] = [
    ['Pearson r', 'pearson_r', (v) => formatNumber(v, 3)],
    ['Mutual information', 'mutual_information', (v) => formatNumber(v, 3)],
    ['Target mean', 'target_mean', formatValue],
    ['Target pedestal', 'target_pedestal', formatValue],
    ['Target below zero', 'negative_fraction', formatPercent],
    ['Target signal removed', 'target_signal_removed', formatPercent],
  ];
  return rows.flatMap(([name, key, write]) => {
    const [b, a] = [number(before?.[key]), number(after?.[key])];
    return b === null && a === null
      ? []
      : [{ name, before: b === null ? NONE : write(b), after: a === null ? NONE : write(a) }];
  });
}

/** What was lost when pixels became integers. */
export function outputWarnings(report: Report): string[] {
  return [report.output].flat().flatMap((output) => list(record(output)?.warnings).flatMap((value) => text(value) ?? []));
}
