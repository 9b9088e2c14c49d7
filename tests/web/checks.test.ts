import { describe, expect, test } from 'vitest';
import { type CheckInput, checks, correlation, shareBelowZero, shareRemoved, valueAt, worst } from '../../web/correct/checks';

function input(changes: Partial<CheckInput> = {}): CheckInput {
  const n = 4000;
  const source = Float32Array.from({ length: n }, (_, i) => 100 + ((i * 37) % 900));
  const dye = Float32Array.from({ length: n }, (_, i) => 100 + ((i * 101) % 463));
  const alpha = 0.3;
  const before = dye.map((d, i) => d + alpha * ((source[i] as number) - 100));
  const after = before.map((b, i) => b - alpha * ((source[i] as number) - 100));
  return {
    source,
    before,
    after,
    alpha,
    sourcePedestal: 100,
    targetPedestal: 100,
    threshold: 900,
    sourceOffset: 100,
    pedestalKnown: true,
    outputMost: null,
    saturation: 65535,
    residual: null,
    ...changes,
  };
}

const named = (list: ReturnType<typeof checks>, name: string) => list.find((check) => check.name.startsWith(name));

describe('checks', () => {
  test('a right correction is good throughout', () => {
    expect(checks(input()).map((check) => check.word)).toEqual(['good', 'good', 'good', 'good', 'good']);
  });

  test('too high an alpha shows as negative values and a negative residual', () => {
    const right = input();
    const over = right.before.map((b, i) => (b as number) - 1.2 * ((right.source[i] as number) - 100)) as Float32Array;
    const list = checks({ ...right, after: over, alpha: 1.2 });
    expect(named(list, 'Below zero')?.word).toBe('bad');
    expect(named(list, 'Below zero')?.remedy).toBe('lower');
    expect(named(list, 'Residual')?.remedy).toBe('lower');
  });

  test('an unknown pedestal shifts the background by alpha times it, and the remedy says so', () => {
    const list = checks(input({ sourceOffset: 0, pedestalKnown: false }));
    const shift = named(list, 'Pedestal');
    expect(shift?.value).toBe('−30');
    expect(shift?.word).toBe('look');
    expect(shift?.remedy).toBe('pedestal');
    expect(shift?.reason).toBe('Background fell by α × 100.');
  });

  test('a shift that takes the whole pedestal away is bad', () => {
    expect(named(checks(input({ sourceOffset: 0, sourcePedestal: 400 })), 'Pedestal')?.word).toBe('bad');
  });

  test('saturated pixels are counted in either channel, and never in floating point', () => {
    const one = input();
    one.source[0] = 65535;
    one.before[1] = 65535;
    expect(named(checks(one), 'Saturated')?.value).toBe('2\u202fpx');
    expect(named(checks(one), 'Saturated')?.word).toBe('look');
    expect(named(checks({ ...one, saturation: null }), 'Saturated')?.word).toBe('good');
  });

  test('the residual of the pool is used where there is one', () => {
    const list = checks(input({ residual: { correlation: 0.2, mutualInformation: 0.31 } }));
    expect(named(list, 'Residual')?.value).toBe('0.20 · 0.31');
    expect(named(list, 'Residual')?.word).toBe('look');
  });

  test('the worst one speaks', () => {
    expect(worst(checks(input()))).toBeNull();
    expect(worst(checks(input({ sourceOffset: 0, pedestalKnown: false })))?.name).toBe('Pedestal shift');
  });

  test('pixels that do not fit into the type that is written count as saturated, and the reason says so', () => {
    const found = named(
      checks(input({ outputMost: 255, source: Float32Array.of(1000, 100, 255.4), saturation: null })),
      'Saturated',
    );
    expect(found?.word).not.toBe('good');
    expect(found?.reason).toContain('write a larger one');
    expect(named(checks(input({ outputMost: 65535 })), 'Saturated')?.word).toBe('good');
  });

  test('bars never leave their track', () => {
    for (const check of checks(
      input({ sourceOffset: 0, sourcePedestal: 1e6, residual: { correlation: -1, mutualInformation: 9 } }),
    )) {
      expect(check.share).toBeGreaterThanOrEqual(0);
      expect(check.share).toBeLessThanOrEqual(1);
    }
  });
});

describe('measures', () => {
  test('below zero and removed are shares', () => {
    expect(shareBelowZero(Float32Array.from([-1, 0, 1, -2]))).toBe(0.5);
    expect(shareRemoved(Float32Array.from([110, 120, 90]), Float32Array.from([105, 105, 90]), 100, 100)).toBeCloseTo(20 / 30);
    expect(shareRemoved(Float32Array.from([5]), Float32Array.from([5]), 100, 100)).toBe(0);
    // A pedestal that moves with its plane takes no signal with it.
    expect(shareRemoved(Float32Array.from([110, 120, 90]), Float32Array.from([80, 90, 60]), 100, 70)).toBe(0);
  });

  test('correlation is that of the bright part', () => {
    const x = Float32Array.from([0, 0, 10, 11, 12]);
    expect(correlation(x, Float32Array.from([9, 5, 20, 22, 24]), 10)).toBeCloseTo(1);
    expect(correlation(x, Float32Array.from([9, 5, 3, 2, 1]), 10)).toBeCloseTo(-1);
    expect(correlation(x, Float32Array.from([1, 2, 3, 3, 3]), 10)).toBeNull();
  });

  test('curves are read between their points and not beyond', () => {
    expect(valueAt([0, 1, 2], [0, 10, 0], 1.5)).toBe(5);
    expect(valueAt([0, 1], [0, 10], 1.5)).toBeNull();
    expect(valueAt([], [], 0)).toBeNull();
  });
});
