import { describe, expect, test } from 'vitest';
import { diagnosticRows, stepEstimate } from '../../web/correct/report';
import type { Recipe, Report, ReportStep } from '../../workers/api';
import { reportStep, stepsBefore } from '../../workers/report-steps';

function estimation(changes: Record<string, unknown> = {}) {
  return {
    method: 'mi_min',
    alpha: 0.2914,
    preprocess_alpha_inputs: true,
    source_background: 112,
    target_background: 110,
    mask_voxel_count: 251658,
    mask_details: { source_threshold: 5490, mask_fallback_used: false },
    ...changes,
  };
}

function comparison(alpha: number) {
  return {
    methods: [
      {
        method: 'mi_min',
        alpha,
        interval: [alpha - 0.01, alpha + 0.01],
        voxels: 500000,
        residual_r: 0.04,
        residual_mi: 0.1,
        error: null,
      },
      {
        method: 'corr_min',
        alpha: null,
        interval: null,
        voxels: 500000,
        residual_r: null,
        residual_mi: null,
        error: 'constant source',
      },
      { method: 'mean_ratio', alpha: 0.323, interval: null, voxels: 500000, residual_r: -0.1, residual_mi: 0.2, error: null },
      { method: 'manual', alpha: 0.3, interval: null, voxels: 500000, residual_r: 0, residual_mi: 0.1, error: null },
    ],
    resamples: 200,
    seed: 0,
    tiles: 256,
  };
}

const curves = { alpha: [0, 0.5, 1], correlation: [0.4, null, -0.6], mutual_information: [0.5, 0.1, 0.4] };

function ran(details: Record<string, unknown>, diagnostics: Record<string, unknown> = {}, step = 'unmix'): ReportStep {
  return { step, settings: {}, used: [], learnt: {}, warnings: ['look out'], diagnostics, details };
}

describe('a report of one time point', () => {
  const found = stepEstimate(
    ran({
      alpha: 0.2914,
      alpha_by_t: null,
      alpha_estimation: estimation(),
      comparison: comparison(0.2914),
      curves,
      source_offset: null,
    }),
  );

  test('gives one pool with its numbers in counts of the file', () => {
    expect(found?.alpha).toBe(0.2914);
    expect(found?.pools).toHaveLength(1);
    expect(found?.pools[0]?.voxels).toBe(251658);
    // The threshold is of prepared values, from which the background has been taken.
    expect(found?.pools[0]?.sourceThreshold).toBe(5490 + 112);
    expect(found?.warnings).toEqual(['look out']);
  });

  test('lists the estimators in the page’s order and keeps failures with their reason', () => {
    const methods = found?.pools[0]?.methods ?? [];
    expect(methods.map((m) => m.method)).toEqual(['mean_ratio', 'corr_min', 'mi_min']);
    expect(methods[1]).toMatchObject({ alpha: null, error: 'constant source' });
    expect(methods[2]?.interval).toEqual({ low: 0.2914 - 0.01, high: 0.2914 + 0.01 });
    expect(found?.resampling).toBe('200 resamples of tiles, seed 0');
  });

  test('keeps curves in step where a correlation is nothing', () => {
    expect(found?.pools[0]?.curves?.correlation).toHaveLength(3);
    expect(found?.pools[0]?.curves?.correlation[1]).toBeNaN();
  });

  test('a threshold of values that were not prepared is in counts already', () => {
    const raw = stepEstimate(ran({ alpha_estimation: estimation({ preprocess_alpha_inputs: false }) }));
    expect(raw?.pools[0]?.sourceThreshold).toBe(5490);
  });
});

describe('a report of each time point', () => {
  const found = stepEstimate(
    ran({
      alpha: null,
      alpha_by_t: [0.29, 0.3],
      alpha_estimation_by_t: [estimation({ t: 0, alpha: 0.29 }), estimation({ t: 1, alpha: 0.3 })],
      alpha_estimation_reverse_by_t: [estimation({ t: 1, alpha: 0.05 })],
      comparison_by_t: [{ t: 1, ...comparison(0.3), curves }],
    }),
  );

  test('joins what belongs to one time point by its number', () => {
    expect(found?.alphaByT).toEqual([0.29, 0.3]);
    expect(found?.pools.map((p) => p.t)).toEqual([0, 1]);
    expect(found?.pools[0]?.methods).toEqual([]);
    expect(found?.pools[0]?.alphaReverse).toBeNull();
    expect(found?.pools[1]?.alphaReverse).toBe(0.05);
    expect(found?.pools[1]?.curves?.alpha).toEqual([0, 0.5, 1]);
  });
});

test('no step gives nothing', () => {
  expect(stepEstimate(null)).toBeNull();
});

test('steps that are switched off do not shift the others in a report', () => {
  const steps: Recipe['steps'] = [
    { step: 'flatfield', settings: {}, enabled: false },
    { step: 'detect_gain', settings: {} },
    { step: 'electrons', settings: {}, enabled: false },
    { step: 'unmix', settings: {}, enabled: true },
  ];
  const report: Report = { recipe: { version: 1, steps }, steps: [ran({}, {}, 'detect_gain'), ran({ alpha: 0.3 })] };
  expect(steps.map((_, index) => reportStep(report, index)?.step ?? null)).toEqual([null, 'detect_gain', null, 'unmix']);
  expect(reportStep(report, 4)).toBeNull();
  expect(stepsBefore(report, 3).map(({ step }) => step)).toEqual(['detect_gain']);
  expect(stepEstimate(reportStep(report, 3))?.alpha).toBe(0.3);
});

test('before and after of the whole stack are read as far as they are there', () => {
  const rows = diagnosticRows(
    ran({}, { before: { pearson_r: 0.6123, target_pedestal: 112 }, after: { pearson_r: -0.0213, negative_fraction: 0.004 } }),
  );
  expect(rows).toEqual([
    { name: 'Pearson r', before: '0.612', after: '−0.021' },
    { name: 'Target pedestal', before: '112', after: '–' },
    { name: 'Target below zero', before: '–', after: '0.4\u202f%' },
  ]);
  expect(diagnosticRows(ran({}))).toEqual([]);
});
