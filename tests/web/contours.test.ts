// Lines of equal value lie where the values say.
import { expect, test } from 'vitest';
import { contour } from '../../web/plots/contours';

const plane = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});

test('a slope is crossed where it reaches the level', () => {
  const segments = contour(
    plane(6, 3, (x) => x),
    2.25,
  );
  expect(segments).toHaveLength(2);
  for (const [x1, , x2] of segments) expect([x1, x2]).toEqual([2.25, 2.25]);
});

test('every point of a cone’s contour has the radius of its level', () => {
  const segments = contour(
    plane(41, 41, (x, y) => Math.hypot(x - 20, y - 20)),
    12,
  );
  expect(segments.length).toBeGreaterThan(60);
  for (const [x1, y1] of segments) expect(Math.hypot(x1 - 20, y1 - 20)).toBeCloseTo(12, 1);
  const length = segments.reduce((sum, [x1, y1, x2, y2]) => sum + Math.hypot(x2 - x1, y2 - y1), 0);
  expect(length).toBeCloseTo(2 * Math.PI * 12, 0);
});

test('a level outside the values has no line, a saddle two that do not meet', () => {
  expect(
    contour(
      plane(4, 4, () => 1),
      2,
    ),
  ).toEqual([]);
  const saddle = contour(
    plane(2, 2, (x, y) => (x === y ? 1 : 0)),
    0.5,
  );
  expect(saddle).toHaveLength(2);
});
