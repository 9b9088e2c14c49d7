import { describe, expect, test } from 'vitest';
import type { MethodEstimate } from '../../web/correct/report';
import type { Estimator } from '../../web/correct/unmix';
import { contradicts, verdict } from '../../web/correct/verdict';

function row(method: Estimator, alpha: number, low?: number, high?: number): MethodEstimate {
  const interval = low === undefined || high === undefined ? null : { low, high };
  return { method, alpha, interval, voxels: 1000, residualR: null, residualMi: null, error: null };
}

const names = { alphaMax: 1, sourceName: 'Tubulin', targetName: 'H2B' };

describe('contradiction', () => {
  test('is intervals that do not meet', () => {
    const reference = row('mi_min', 0.29, 0.27, 0.3);
    expect(contradicts(row('mean_ratio', 0.32, 0.31, 0.34), reference)).toBe(true);
    expect(contradicts(row('corr_min', 0.3, 0.285, 0.337), reference)).toBe(false);
    expect(contradicts(reference, reference)).toBe(false);
  });

  test('without intervals is a distance that matters', () => {
    expect(contradicts(row('mean_ratio', 0.34), row('mi_min', 0.29))).toBe(true);
    expect(contradicts(row('mean_ratio', 0.3), row('mi_min', 0.29))).toBe(false);
  });
});

describe('the verdict', () => {
  test('mean ratio and linear fit alone above: haze or pedestal', () => {
    const found = verdict({
      ...names,
      chosen: 'mi_min',
      rows: [
        row('mean_ratio', 0.323, 0.31, 0.338),
        row('linear_fit', 0.322, 0.31, 0.333),
        row('corr_min', 0.301, 0.286, 0.337),
        row('mi_min', 0.291, 0.274, 0.298),
      ],
    });
    expect(found?.kind).toBe('look');
    expect(found?.fact).toBe('Methods disagree: 0.32 or 0.29.');
    expect(found?.why).toContain('Mean ratio and linear fit lie above mutual information, outside its interval.');
    expect(found?.why).toContain('haze');
    expect(found?.advice).toBe('Suggested: 0.291.');
  });

  test('correlation above as well: co-localised signal', () => {
    const found = verdict({
      ...names,
      chosen: 'mi_min',
      rows: [row('mean_ratio', 0.555), row('linear_fit', 0.555), row('corr_min', 0.534), row('mi_min', 0.296)],
    });
    expect(found?.why).toContain('same places');
    expect(found?.advice).toBe('Suggested: 0.296.');
  });

  test('mutual information near zero under the others: perhaps no bleed-through at all', () => {
    const found = verdict({
      ...names,
      chosen: 'mi_min',
      rows: [row('mean_ratio', 0.15), row('corr_min', 0.12), row('mi_min', 0.006)],
    });
    expect(found?.why).toContain('single-stained control');
  });

  test('agreement is one quiet line that says why the choice is what it is', () => {
    const found = verdict({
      ...names,
      chosen: 'mi_min',
      rows: [row('mean_ratio', 0.281), row('linear_fit', 0.28), row('mi_min', 0.279)],
    });
    expect(found?.kind).toBe('agree');
    expect(found?.fact).toBe('All methods agree, within 0.002.');
    expect(found?.why).toContain('preselected');
    expect(found?.advice).toBeNull();
  });

  test('the suggestion is mutual information also when another method is in use', () => {
    const found = verdict({ ...names, chosen: 'mean_ratio', rows: [row('mean_ratio', 0.555), row('mi_min', 0.296)] });
    expect(found?.kind).toBe('look');
    expect(found?.advice).toBe('Suggested: 0.296.');
  });

  test('an answer at the upper bound is not an answer', () => {
    const found = verdict({ ...names, alphaMax: 0.5, chosen: 'mi_min', rows: [row('mean_ratio', 0.7), row('mi_min', 0.5)] });
    expect(found?.fact).toContain('upper bound 0.500');
  });

  test('wide intervals that meet are no agreement', () => {
    const found = verdict({
      ...names,
      chosen: 'mi_min',
      rows: [row('mean_ratio', 0.53, 0.1, 0.9), row('mi_min', 0.12, 0.02, 0.6)],
    });
    expect(found?.kind).toBe('look');
    expect(found?.fact).toBe('Methods are unsure: 0.12 to 0.53.');
  });

  test('there is none without an estimate', () => {
    expect(verdict({ ...names, chosen: 'mi_min', rows: [] })).toBeNull();
  });
});
