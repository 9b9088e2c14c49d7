import { describe, expect, test } from 'vitest';
import { autoRange, countAtLeast, histogram, logHeights, mode, quantile, typeMaximum } from '../../web/inspect/histogram';
import { density, paintDensity } from '../../web/plots/density';
import { roundUp, tickLabel, ticks } from '../../web/plots/ticks';

describe('ticks', () => {
  test('are round, inside, and evenly spaced', () => {
    expect(ticks(0.264, 0.347, 4).values.map((v) => v.toFixed(2))).toEqual(['0.28', '0.30', '0.32', '0.34']);
    expect(ticks(0, 9000, 3).values).toEqual([0, 2000, 4000, 6000, 8000]);
    for (const [low, high] of [
      [0.1, 0.1001],
      [-3, 17],
      [0, 4e6],
    ] as const) {
      const { values } = ticks(low, high, 5);
      expect(values.length).toBeGreaterThan(1);
      expect(values.length).toBeLessThan(8);
      for (const value of values) {
        expect(value).toBeGreaterThanOrEqual(low - 1e-9);
        expect(value).toBeLessThanOrEqual(high + 1e-9);
      }
    }
  });

  test('have as many decimals as tell them apart', () => {
    expect(ticks(0.26, 0.32, 4).decimals).toBe(2);
    expect(ticks(0, 5, 5).decimals).toBe(0);
    expect(ticks(0, 0.1, 4).decimals).toBe(2);
  });

  test('an empty range has one', () => {
    expect(ticks(3, 3, 5).values).toEqual([3]);
  });

  test('thousands are k', () => {
    expect(tickLabel(3000, 0)).toBe('3k');
    expect(tickLabel(2500, 0)).toBe('2.5k');
    expect(tickLabel(-0.5, 1)).toBe('−0.5');
  });

  test('axes end on a round number', () => {
    expect(roundUp(8123)).toBe(9000);
    expect(roundUp(3500)).toBe(3500);
    expect(roundUp(0.0123)).toBeCloseTo(0.015);
    expect(roundUp(0)).toBe(1);
  });
});

describe('histograms', () => {
  test('count every finite value once', () => {
    const h = histogram(Float32Array.from([0, 1, 2, 3, 4, 99, -5, Number.NaN]), 0, 5, 5);
    expect([...h.counts]).toEqual([2, 1, 1, 1, 2]);
    expect(h.least).toBe(-5);
    expect(h.most).toBe(99);
  });

  test('quantiles are linear within a bin', () => {
    const h = histogram(
      Uint16Array.from({ length: 1000 }, (_, i) => i),
      0,
      1000,
      100,
    );
    expect(quantile(h, 0.5)).toBeCloseTo(500);
    expect(quantile(h, 0.005)).toBeCloseTo(5);
  });

  test('heights are logarithmic and end at one', () => {
    const heights = logHeights(Float64Array.from([0, 9, 99]));
    expect(heights[0]).toBe(0);
    expect(heights[1]).toBeCloseTo(0.5);
    expect(heights[2]).toBe(1);
  });
});

describe('the automatic display range', () => {
  test('begins at the background and lets few pixels saturate', () => {
    // 90 % background around 112, 10 % signal up to 5000.
    const pixels = Uint16Array.from({ length: 20000 }, (_, i) => (i % 10 ? 107 + (i % 11) : 200 + ((i * 7919) % 4800)));
    const { black, white } = autoRange(pixels);
    expect(black).toBeGreaterThan(105);
    expect(black).toBeLessThan(120);
    const above = countAtLeast(pixels, white) / pixels.length;
    expect(above).toBeLessThan(0.004);
    expect(above).toBeGreaterThan(0.0005);
  });

  test('a bright plane without background is not cut at its commonest value', () => {
    const pixels = Uint8Array.from({ length: 1000 }, (_, i) => (i < 700 ? 250 : i % 250));
    expect(autoRange(pixels).black).toBeLessThan(251);
    expect(autoRange(pixels).white).toBeGreaterThan(autoRange(pixels).black);
  });

  test('a constant plane still has a range', () => {
    expect(autoRange(new Uint16Array(10).fill(7))).toEqual({ black: 7, white: 8 });
    expect(autoRange(new Float32Array(4).fill(Number.NaN))).toEqual({ black: 0, white: 1 });
  });

  test('the background is the fullest bin', () => {
    expect(mode(histogram(Uint8Array.from([5, 5, 5, 9, 1]), 0, 10, 10))).toBeCloseTo(5.5);
  });

  test('only integer types saturate', () => {
    expect(typeMaximum('uint16')).toBe(65535);
    expect(typeMaximum('float32')).toBeNull();
  });
});

describe('density', () => {
  const range = { xLow: 0, xHigh: 10, yLow: 0, yHigh: 10 };

  test('counts pairs where they lie and leaves out what lies outside', () => {
    const d = density(Uint8Array.from([0, 9, 9, 10, 3]), Uint8Array.from([0, 9, 9, 3, 11]), range, 10, 10);
    expect(d.counts.reduce((a, b) => a + b, 0)).toBe(3);
    expect(d.counts[0]).toBe(1);
    expect(d.counts[99]).toBe(2);
  });

  test('is painted with the highest target on top, more is nearer to hi, nothing is transparent', () => {
    const d = density(Uint8Array.from([0, 9, 9, 9]), Uint8Array.from([0, 9, 9, 9]), range, 10, 10);
    const rgba = new Uint8ClampedArray(400);
    paintDensity(d, 31, 242, rgba);
    const topRight = 4 * 9;
    const bottomLeft = 4 * 90;
    expect(rgba[topRight]).toBe(242);
    expect(rgba[bottomLeft]).toBeGreaterThan(31);
    expect(rgba[bottomLeft]).toBeLessThan(242);
    expect(rgba[4 * 50 + 3]).toBe(0);
  });
});
