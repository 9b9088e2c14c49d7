// Reads what the page shows of unmix_picasso out of a report's details. The report's keys belong to the core (docs/methods-picasso.md);
// nothing else on the page knows their names. Places are positions among the selected channels.

import type { ReportStep } from '../../../workers/api';

/** A coefficient found for a source of a sink. */
export interface FoundSource {
  source: number;
  sink: number;
  alpha: number;
  /** Counts of the source that count as its background. */
  background: number;
}

/** What iterating on one volume recorded. */
export interface Iterations {
  /** Largest |a| of each iteration. */
  largest: number[];
  /** By channel: share of the block sums below zero, of each iteration. */
  negativity: number[][];
  /** Share of the full images below zero just before a clip at 0; the last is the one at the end. */
  clips: { iteration: number; negativity: number[] }[];
  stopReason: string;
  blocks: number;
  /** The bin that gives enough blocks, where there are too few. */
  smallerBin: number | null;
}

/** What one fitted volume gave. */
export interface PicassoPool {
  t: number | null;
  /** Rows = channel that comes out, columns = channels it is made of; in counts of the input. */
  matrix: number[][];
  /** The same for channels divided by their largest values: null of sources and sinks, which share one. */
  normalised: number[][] | null;
  iterations: Iterations | null;
  sources: FoundSource[];
  /** Share of each channel's signal that falls below its background. */
  signalLoss: number[];
  /** Channels (numbers of the stack) whose result destroys signal. */
  destroyed: number[];
}

export interface PicassoDetails {
  channels: number[];
  pools: PicassoPool[];
  /** By time point: counts that the step takes off each channel as its background. */
  backgroundByT: Map<number, number[]>;
  /**
   * By time point: the matrix on counts, where one time point decides for all. Channels are divided by their largest values of each time
   * point before they are mixed, so the same result means other factors on counts.
   */
  matrixByT: Map<number, number[][]>;
}

type Json = Record<string, unknown>;

const record = (value: unknown): Json | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : null;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): Json[] =>
  list(value)
    .map(record)
    .filter((found) => found !== null);
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN);
const numbers = (value: unknown): number[] => list(value).map(number);
const rows = (value: unknown): number[][] => list(value).map(numbers);
const timeOf = (estimation: Json): number | null => (typeof estimation.t === 'number' ? estimation.t : null);

function takenOff(levels: Json): number[] {
  const maxima = numbers(levels.normalization_factors);
  return numbers(levels.background_values).map((share, i) => share * (maxima[i] ?? Number.NaN));
}

/** Of channels divided by `maxima`, on counts. */
function onCounts(normalised: number[][], maxima: number[]): number[][] {
  return normalised.map((row, i) => row.map((value, j) => ((maxima[i] as number) * value) / (maxima[j] as number)));
}

function matrixPool(estimation: Json, reference: number | null): PicassoPool {
  const normalised = rows(estimation.applied_matrix);
  const maxima = numbers(estimation.normalization_factors);
  const byIteration = rows(estimation.negativity_by_iteration);
  return {
    t: timeOf(estimation) ?? reference,
    matrix: onCounts(normalised, maxima),
    normalised,
    iterations: {
      largest: numbers(estimation.max_abs_alpha_by_iteration),
      negativity: normalised.map((_, channel) => byIteration.map((shares) => shares[channel] ?? Number.NaN)),
      clips: records(estimation.negativity_at_clips).map((clip) => ({
        iteration: number(clip.iteration),
        negativity: numbers(clip.negativity),
      })),
      stopReason: String(estimation.stop_reason),
      blocks: number(estimation.blocks),
      smallerBin: typeof estimation.suggested_pixel_bin_size === 'number' ? estimation.suggested_pixel_bin_size : null,
    },
    sources: [],
    signalLoss: numbers(estimation.signal_loss),
    destroyed: numbers(estimation.destroys_signal),
  };
}

function sinkPool(estimation: Json, reference: number | null): PicassoPool {
  const alphas = rows(estimation.alpha_parameters);
  const shared = number(estimation.global_max);
  const signalLoss = alphas.map(() => 0);
  const sources = records(estimation.pairwise_alpha_details).flatMap((found) => {
    const sink = number(found.sink_index);
    signalLoss[sink] = number(found.signal_loss);
    return records(found.source_parameter_details).map((detail) => ({
      source: number(detail.source_index),
      sink,
      alpha: number(detail.alpha),
      background: number(detail.background) * shared,
    }));
  });
  return {
    t: timeOf(estimation) ?? reference,
    matrix: alphas.map((_, out) => alphas.map((row, from) => (from === out ? 1 : -(row[out] as number) || 0))),
    normalised: null,
    iterations: null,
    sources,
    signalLoss,
    destroyed: numbers(estimation.destroys_signal),
  };
}

export function picassoDetails(details: Record<string, unknown> | null): PicassoDetails | null {
  if (details?.method !== 'picasso') return null;
  const one = record(details.picasso_estimation);
  const estimations = one ? [one] : records(details.picasso_estimation_by_t);
  const bySinks = details.implementation === 'source_sink_n';
  const reference = one && typeof details.alpha_reference_t === 'number' ? details.alpha_reference_t : null;
  const pools = estimations.map((estimation) => (bySinks ? sinkPool : matrixPool)(estimation, reference));
  const backgroundByT = new Map<number, number[]>();
  const matrixByT = new Map<number, number[][]>();
  if (!bySinks) {
    for (const estimation of estimations) {
      backgroundByT.set(timeOf(estimation) ?? number(details.alpha_reference_t), takenOff(estimation));
      for (const applied of records(estimation.application_details_by_t)) {
        if (!Array.isArray(applied.background_values)) continue;
        backgroundByT.set(number(applied.t), takenOff(applied));
        matrixByT.set(number(applied.t), onCounts(rows(estimation.applied_matrix), numbers(applied.normalization_factors)));
      }
    }
  }
  return { channels: numbers(details.channels), pools, backgroundByT, matrixByT };
}

/** Share of the source's counts that is taken from the sink, where the sink's own share is 1. */
export function shareFound({ matrix }: Pick<PicassoPool, 'matrix'>, source: number, sink: number): number | null {
  const share = -(matrix[sink]?.[source] ?? Number.NaN) / (matrix[sink]?.[sink] ?? Number.NaN);
  return Number.isFinite(share) ? share : null;
}

/** What a run has measured of the signal loss of each selected channel at a time point. */
export function lossAt(step: ReportStep | null, t: number): number[] | null {
  const found = records(step?.diagnostics.by_t).find((each) => each.t === t);
  return found && Array.isArray(found.signal_loss) ? numbers(found.signal_loss) : null;
}
