// What is shown on the terminal, and how JSON is printed.
import { expect, test } from 'vitest';
import { duration, progressLine, TerminalProgress } from '../../workers/cli/terminal-progress';
import { jsonText } from '../../workers/node/json-text';

const state = {
  label: 'Correcting',
  fraction: 0.4267,
  secondsLeft: 11.2,
  itemsDone: 3,
  items: 18,
  workers: 2,
  heapBytes: 96.4e6,
};

test('says what is done, how far it is and how long it takes', () => {
  expect(progressLine(state)).toBe('Correcting  42 %  3 of 18  12 s left  96 MB');
  expect(progressLine({ ...state, secondsLeft: null, items: 0, heapBytes: 0 })).toBe('Correcting  42 %');
  expect([0.2, 59.5, 61, 3599, 3600, 7325].map(duration)).toEqual([
    '1 s',
    '1 min 0 s',
    '1 min 1 s',
    '59 min 59 s',
    '1 h 0 min',
    '2 h 2 min',
  ]);
});

test('lists of plain values stand on one line, and what is read back is the same', () => {
  const value = {
    shape: [9, 20, 2],
    empty: [],
    nested: [[1, 2], [{ a: null }], ['x [ y,\n z ]', ' ]', '[ ', ' '], ['[ a', 'b ]']],
    text: 'a [b,\n c',
    other: 'd] e',
    object: {},
  };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain('"shape": [9, 20, 2],\n');
  expect(text).toContain('"empty": [],\n');
  expect(text.endsWith('}\n')).toBe(true);
});

test('writes on a terminal only, within its width, and takes the line away', () => {
  const written: string[] = [];
  const terminal = { isTTY: true, columns: 20, write: (text: string) => written.push(text) };
  const progress = new TerminalProgress(terminal);
  progress.clear();
  expect(written).toEqual([]);
  progress.show(state);
  expect(written[0]).toBe('\rCorrecting  42 %  3\u001b[K');
  progress.clear();
  progress.clear();
  expect(written.slice(1)).toEqual(['\r\u001b[K']);

  const silent: string[] = [];
  const file = new TerminalProgress({ isTTY: false, write: (text: string) => silent.push(text) });
  file.show(state);
  file.clear();
  expect(silent).toEqual([]);
});
