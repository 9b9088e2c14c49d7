// Numbers as people type them: what is read, and what is not taken.
import { describe, expect, test } from 'vitest';
import { readNumber } from '../../web/ui/number-field';

describe('a typed number', () => {
  test('has a point or a comma, spaces between thousands, any minus', () => {
    expect(readNumber('0.25', {})).toBe(0.25);
    expect(readNumber('0,25', {})).toBe(0.25);
    expect(readNumber(' 4 822 ', {})).toBe(4822);
    expect(readNumber('4\u202f822', {})).toBe(4822);
    expect(readNumber('\u22120.5', {})).toBe(-0.5);
    expect(readNumber('1e-3', {})).toBe(0.001);
  });

  test('is not read by halves', () => {
    for (const text of ['', '1.2.3', '1,234.5', 'abc', '0x', '--1', '1e999']) expect(readNumber(text, {})).toBeUndefined();
    expect(readNumber('', { nullable: true })).toBeNull();
  });

  test('keeps to its range', () => {
    expect(readNumber('101', { min: 0, max: 100 })).toBeUndefined();
    expect(readNumber('-5', { min: 0, max: 100 })).toBeUndefined();
    expect(readNumber('0', { min: 0, aboveMin: true })).toBeUndefined();
    expect(readNumber('2.5', { min: 0 })).toBe(2.5);
    expect(readNumber('2.5', { integer: true })).toBeUndefined();
  });
});
