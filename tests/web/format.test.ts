import { describe, expect, test } from 'vitest';
import {
  formatAlpha,
  formatBytes,
  formatCompact,
  formatDuration,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatValue,
  listed,
  MINUS,
  NONE,
  THIN,
} from '../../web/ui/format';
import { indexFromShown, shownIndex } from '../../web/ui/position';

describe('numbers', () => {
  test('thousands are parted by a thin space that never breaks, and the minus is a minus', () => {
    expect(formatNumber(4822)).toBe(`4${THIN}822`);
    expect(formatNumber(-1234567.891, 2)).toBe(`${MINUS}1${THIN}234${THIN}567.89`);
    expect(formatNumber(999)).toBe('999');
  });

  test('a number that rounds to zero has no sign', () => {
    expect(formatNumber(-0.0004, 3)).toBe('0.000');
    expect(formatNumber(-0.0006, 3)).toBe(`${MINUS}0.001`);
  });

  test('what is not a number is a dash, never NaN', () => {
    expect(formatNumber(Number.NaN)).toBe(NONE);
    expect(formatNumber(Number.POSITIVE_INFINITY, 2)).toBe(NONE);
  });

  test('alpha has three decimals', () => {
    expect(formatAlpha(0.2914)).toBe('0.291');
    expect(formatAlpha(0)).toBe('0.000');
  });

  test('a measured value keeps about three digits', () => {
    expect(formatValue(5602.4)).toBe(`5${THIN}602`);
    expect(formatValue(112)).toBe('112');
    expect(formatValue(12.34)).toBe('12.3');
    expect(formatValue(0.04161)).toBe('0.0416');
    expect(formatValue(0.0000123)).toBe(`1.2e${MINUS}5`);
    expect(formatValue(0)).toBe('0');
  });

  test('shares, counts in columns and sizes carry their unit', () => {
    expect(formatPercent(0.532)).toBe(`53${THIN}%`);
    expect(formatPercent(0.004)).toBe(`0.4${THIN}%`);
    expect(formatCompact(251658)).toBe('252k');
    expect(formatCompact(999_600)).toBe('1.0M');
    expect(formatBytes(1.21e9)).toBe(`1.21${THIN}GB`);
    expect(formatBytes(412e6)).toBe(`412${THIN}MB`);
    expect(formatBytes(999_600)).toBe(`1.00${THIN}MB`);
    expect(formatBytes(17)).toBe(`17${THIN}B`);
  });

  test('durations grow their unit and never say 60 s', () => {
    expect(formatDuration(0.44)).toBe(`0.4${THIN}s`);
    expect(formatDuration(59.6)).toBe(`1${THIN}min 00${THIN}s`);
    expect(formatDuration(125)).toBe(`2${THIN}min 05${THIN}s`);
    expect(formatDuration(3780)).toBe(`1${THIN}h 03${THIN}min`);
  });

  test('lengths lose zeros that say nothing, and units are written as people read them', () => {
    expect(formatQuantity(3.3, 'um')).toBe(`3.3${THIN}µm`);
    expect(formatQuantity(0.108, 'micron')).toBe(`0.108${THIN}µm`);
    expect(formatQuantity(30, 'sec')).toBe(`30${THIN}s`);
    expect(formatQuantity(120, 'nm')).toBe(`120${THIN}nm`);
  });

  test('lists read like a sentence', () => {
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});

describe('t and z', () => {
  test('count from 1 for people and from 0 in recipes', () => {
    expect(shownIndex(0)).toBe(1);
    for (let index = 0; index < 12; index += 1) expect(indexFromShown(shownIndex(index), 12)).toBe(index);
  });

  test('what was typed stays inside the stack', () => {
    expect(indexFromShown(0, 12)).toBe(0);
    expect(indexFromShown(99, 12)).toBe(11);
    expect(indexFromShown(3.4, 12)).toBe(2);
  });
});
