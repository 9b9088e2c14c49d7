// Tiles are laid out by where the stage stood.
import { expect, test } from 'vitest';
import { tileLayout } from '../../workers/profile/tile-layout';

const at = (x: number, y: number) => ({ stage_position: { x: { value: x, unit: 'µm' }, y: { value: y, unit: 'µm' } } });

test('a snake over two rows and three columns is numbered down the columns', () => {
  const layout = tileLayout([at(0, 0), at(100, 0.4), at(200.3, 0), at(200, 90), at(99.8, 90.2), at(0, 90)]);
  expect(layout).toEqual({ rows: 2, columns: 3, order: [0, 5, 1, 4, 2, 3] });
});

test('one row, one column, any unit', () => {
  expect(tileLayout([at(-5, 7), at(-6, 7)])).toEqual({ rows: 1, columns: 2, order: [1, 0] });
  expect(tileLayout([at(1, 2), at(1, 1), at(1, 3)])).toEqual({ rows: 3, columns: 1, order: [1, 0, 2] });
});

test('what fills no rectangle, or does not say where it is, is not guessed', () => {
  expect(tileLayout([at(0, 0), at(100, 0), at(0, 90)])).toBeNull();
  expect(tileLayout([at(0, 0), at(0, 0)])).toBeNull();
  expect(tileLayout([at(0, 0), { stage_position: null }])).toBeNull();
  expect(tileLayout([at(0, 0)])).toBeNull();
});
