// What the page makes of the report of a camera's gain: numbers, line, verdicts.
import { describe, expect, test } from 'vitest';
import {
  gainChannels,
  gainText,
  gainVerdict,
  histogramOf,
  lineAt,
  refusalFact,
  valuesInUse,
} from '../../web/correct/gain/gain';
import { noiseModel, unmixedNoise, varianceAt } from '../../web/correct/gain/noise';
import { conversionBy } from '../../web/correct/unit';
import { learntRows } from '../../web/export/learnt-summary';
import type { ReportStep } from '../../workers/api';

const curve = {
  channel: 0,
  gain_e_per_adu: 0.5,
  gain_se: 0.003,
  fit: { slope: 2, intercept: -180, r: 0.999, p: 0, stderr: 0.01, intercept_stderr: 5, covariance: -0.04, points: 3, t_95: 2 },
  mean_bins: [150, 500, 900],
  var_bins: [130, 810, 1650],
  pixels_in_bins: [10, 20, 30],
  means_used: [400, 1000],
  zero_variance_adu: 90,
  saturation_adu: null,
  saturated_fraction: 0,
  outlier_fraction: 0,
  flicker_fraction: 0,
  density: { mean_begin: 100, mean_end: 1000, variance_end: 2000, columns: 2, rows: 2, counts: [1, 2, 3, 4] },
};

const [channel] = gainChannels({ channels: [curve] });
if (!channel) throw new Error('the channel was not read');

test('points outside the means that were used are marked', () => {
  expect(channel.points.map(({ used }) => used)).toEqual([false, true, true]);
  expect(channel.density).toMatchObject({ xLow: 100, xHigh: 1000, yHigh: 2000, columns: 2 });
});

test('the band of the line is its standard error times t', () => {
  const at = lineAt(channel, 500);
  expect(at?.height).toBe(820);
  expect(at?.band).toBeCloseTo(2 * Math.sqrt(25 + 2 * 500 * -0.04 + (500 * 0.01) ** 2), 10);
});

test('a calibration set has a line through the dark point', () => {
  const [set] = gainChannels({
    channels: [
      {
        channel: 0,
        gain_e_per_adu: 0.5,
        gain_se: null,
        dark: { mean_adu: 100, variance_adu2: 10 },
        levels: [{ mean_adu: 600, variance_adu2: 1010 }],
      },
    ],
  });
  expect(set?.points).toEqual([{ mean: 600, variance: 1010, pixels: null, used: true }]);
  expect(set && lineAt(set, 600)?.height).toBe(1010);
  expect(set && gainVerdict(set, []).kind).toBe('look');
});

test('a gain has as many decimals as its error has sense for', () => {
  expect(gainText(0.50293, 0.0029)).toBe('0.5029 ± 0.0029\u202fe-/ADU');
  expect(gainText(1.7, 0.12)).toBe('1.70 ± 0.12\u202fe-/ADU');
  expect(gainText(2.5, null)).toBe('2.500\u202fe-/ADU');
});

describe('verdicts', () => {
  test('well determined', () => {
    expect(gainVerdict(channel, [])).toMatchObject({ kind: 'good', fact: 'Well determined.' });
    expect(gainVerdict({ ...channel, flickerFraction: 0.01 }, []).why).toContain('Flicker of the lamp was removed.');
  });
  test('roughly, when the error is large', () => {
    expect(gainVerdict({ ...channel, gainSe: 0.05 }, [])).toMatchObject({ kind: 'look', fact: 'Roughly determined.' });
  });
  test('doubtful, with the reason', () => {
    const warning = 'channel 0: 2 frames are a biased measure of noise, so this gain is doubtful.';
    expect(gainVerdict(channel, [warning])).toEqual({
      kind: 'look',
      fact: 'Doubtful.',
      why: '2 frames are a biased measure of noise, so this gain is doubtful.',
    });
  });
  test('refused: flat light has no lever', () => {
    const refused = 'channel 0 (GFP): the means span too little. Evenly lit frames give no lever.';
    const [none] = gainChannels({ channels: [{ channel: 0, refused }] });
    expect(none && gainVerdict(none, [])).toEqual({
      kind: 'bad',
      fact: 'Flat illumination: no lever.',
      why: 'The means span too little. Evenly lit frames give no lever.',
    });
    expect(refusalFact('channel 0: 3 samples are NaN')).toBe('The gain cannot be told.');
  });
});

test('a histogram counts what lies in its range', () => {
  expect(histogramOf([0, 1, 1.5, 2, 3, 4, -1, 9], 0, 4, 4)).toEqual([1, 2, 1, 1]);
});

describe('the noise model of later steps', () => {
  const step = (name: string, learnt: Record<string, number[]>) => ({
    step: name,
    settings: {},
    learnt: Object.fromEntries(Object.entries(learnt).map(([key, values]) => [key, { unit: '', values }])),
    warnings: [],
    diagnostics: {},
  });
  const gain = step('detect_gain', { gain_e_per_adu: [0.5, 2], offset_adu: [100, 100], read_noise_e: [1.5, 3] });
  const crossing = step('detect_gain', { gain_e_per_adu: [0.5, 2], zero_variance_adu: [95, 98] });
  const electrons = step('electrons', { gain_e_per_adu: [1, 1], offset_adu: [0, 0] });

  test('is photon noise over the offset and read noise', () => {
    const model = noiseModel([gain], 0);
    expect(model).toEqual({ gain: 0.5, level: 100, floor: 9 });
    expect(model && varianceAt(model, 150)).toBe(109);
    expect(model && varianceAt(model, 50)).toBe(9);
  });
  test('without dark frames starts where the line crosses zero', () => {
    expect(noiseModel([crossing], 1)).toEqual({ gain: 2, level: 98, floor: 0 });
  });
  test('of electrons counts electrons', () => {
    expect(noiseModel([gain, electrons], 1)).toEqual({ gain: 1, level: 0, floor: 9 });
  });
  test('is not there when nothing was measured before', () => {
    expect(noiseModel([], 0)).toBeNull();
    expect(noiseModel([gain], 2)).toBeNull();
  });
  test('unmixing adds the noise of the source, times alpha squared', () => {
    const model = { gain: 1, level: 0, floor: 0 };
    const noise = unmixedNoise({ model, value: 400 }, { model, value: 100 }, 0.5);
    expect(noise?.sd).toBeCloseTo(Math.sqrt(200), 12);
    expect(noise?.added).toBeCloseTo(Math.SQRT2 - 1, 12);
  });
});

test('a value and its standard error are one row of the export', () => {
  const learnt = {
    gain_e_per_adu: { unit: 'e-/ADU', values: [0.50089, null] },
    gain_se_e_per_adu: { unit: 'e-/ADU', values: [0.0007, null] },
    offset_adu: { unit: 'ADU', values: [100.02, 99.5] },
  };
  expect(learntRows(learnt)).toEqual([
    { name: 'gain', unit: 'e-/ADU', values: '0.50089 ± 0.00070, –' },
    { name: 'offset', unit: 'ADU', values: '100, 99.5' },
  ]);
});

test('what the fit left out does not set the range of the gain map', () => {
  const gain = [0.5, 0.51, 0.49, 160043, 0];
  const mean = [200, 300, 400, 4095, 4095];
  expect([...Array.from(valuesInUse(gain, mean, [100, 3000]))]).toEqual([0.5, 0.51, 0.49]);
  expect(valuesInUse(gain, null, [100, 3000])).toBe(gain);
  expect(valuesInUse(gain, mean, [9000, 9001])).toBe(gain);
});

test('black and white follow what steps take off and convert, so that both sides of the picture show the same light', () => {
  const learnt = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { unit: 'counts', values: [value] }]));
  const step = (name: string, found: Record<string, number>, details: Record<string, unknown> = {}) =>
    ({
      step: name,
      settings: {},
      used: [],
      learnt: learnt(found),
      warnings: [],
      diagnostics: {},
      details,
    }) as unknown as ReportStep;
  const flat = step('flatfield', { offset_adu: 0, darkfield_mean_adu: 100 });
  const electrons = step('electrons', {}, { gain_used_e_per_adu: [0.5], offset_used_adu: [0] });
  expect(conversionBy([flat], 0)).toEqual({ gain: 1, offset: 100 });
  expect(conversionBy([null, flat, electrons], 0)).toEqual({ gain: 0.5, offset: 100 });
  // With form=range the level is put back: the step tells of no offset that is left.
  expect(conversionBy([step('flatfield', { darkfield_mean_adu: 100 })], 0)).toEqual({ gain: 1, offset: 0 });
  expect(conversionBy([step('electrons', {}, { gain_used_e_per_adu: [0.5], offset_used_adu: [90] })], 0)).toEqual({
    gain: 0.5,
    offset: 90,
  });
});
