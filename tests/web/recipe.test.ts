import { describe, expect, test } from 'vitest';
import { begin, record, redo, seal, undo } from '../../web/correct/history';
import { inputNotes } from '../../web/correct/restored-inputs';
import { fullSettings, idleReason, lean, settingInfo, settingInMessage, withSetting } from '../../web/correct/settings';
import { latest } from '../../web/ui/latest';
import type { Recipe } from '../../workers/api';
import { unmixKind } from './support/fake-tables';

describe('history', () => {
  test('undo and redo walk the same states', () => {
    let history = begin('a');
    for (const next of ['b', 'c', 'd']) history = record(history, next);
    history = undo(undo(history));
    expect(history.present).toBe('b');
    history = redo(history);
    expect(history.present).toBe('c');
    history = record(history, 'x');
    expect(redo(history).present).toBe('x');
  });

  test('a drag is one edit, and the next drag another', () => {
    let history = begin(0);
    for (const value of [1, 2, 3]) history = record(history, value, 'alpha');
    history = seal(history);
    for (const value of [4, 5]) history = record(history, value, 'alpha');
    expect(undo(history).present).toBe(3);
    expect(undo(undo(history)).present).toBe(0);
  });

  test('the ends are ends, and nothing happens when nothing changes', () => {
    const history = begin('a');
    expect(undo(history)).toBe(history);
    expect(redo(history)).toBe(history);
    expect(record(history, 'a')).toBe(history);
  });

  test('memory is bounded', () => {
    let history = begin(0);
    for (let i = 1; i <= 1000; i += 1) history = record(history, i);
    expect(history.past.length).toBeLessThanOrEqual(200);
    expect(history.past[history.past.length - 1]).toBe(999);
  });
});

describe('settings', () => {
  const recipe: Recipe = { version: 1, steps: [{ step: 'unmix', settings: { method: 'mi_min' } }] };

  test('a value that is the default is left out of the recipe', () => {
    const changed = withSetting(recipe, 0, unmixKind, 'signal_percentile', 95);
    expect(changed.steps[0]?.settings).toEqual({ method: 'mi_min', signal_percentile: 95 });
    const back = withSetting(changed, 0, unmixKind, 'signal_percentile', 99);
    expect(back).toEqual(recipe);
    expect(recipe.steps[0]?.settings).toEqual({ method: 'mi_min' });
  });

  test('a full recipe and a lean one mean the same', () => {
    const full: Recipe = {
      version: 1,
      steps: [{ step: 'unmix', settings: fullSettings(unmixKind, { method: 'mi_min', alpha_max: 0.5 }) }],
    };
    expect(lean(full, [unmixKind])).toEqual({
      version: 1,
      steps: [{ step: 'unmix', settings: { method: 'mi_min', alpha_max: 0.5 } }],
    });
  });

  test('a setting that does not apply says why', () => {
    const reverse = settingInfo(unmixKind, 'alpha_reverse');
    expect(reverse && idleReason(reverse, { bidirectional: false })).toBe('only used in both directions');
    expect(reverse && idleReason(reverse, { bidirectional: true })).toBeNull();
    const reference = settingInfo(unmixKind, 'alpha_reference_t');
    expect(reference && idleReason(reference, { alpha_mode: null })).toBeNull();
    expect(reference && idleReason(reference, { alpha_mode: 'per_t' })).toBe('only used with one time point');
  });

  test('an error is put beside the setting it names', () => {
    expect(settingInMessage(unmixKind, 'unmix: alpha_max must be above 0, not -1')).toBe('alpha_max');
    expect(settingInMessage(unmixKind, 'alpha_reverse is not used')).toBe('alpha_reverse');
    expect(settingInMessage(unmixKind, 'the file ends early')).toBeNull();
  });
});

test('latest runs one task at a time and ends with the newest state', async () => {
  let state = 0;
  let inside = 0;
  let most = 0;
  const seen: number[] = [];
  const run = latest(async () => {
    inside += 1;
    most = Math.max(most, inside);
    const now = state;
    await new Promise((resolve) => setTimeout(resolve, 2));
    seen.push(now);
    inside -= 1;
  });
  const all: Promise<void>[] = [];
  for (state = 1; state <= 20; state += 1) all.push(run());
  state = 20;
  await Promise.all(all);
  expect(most).toBe(1);
  expect(seen.length).toBeLessThan(5);
  expect(seen[seen.length - 1]).toBe(20);
});

test('a report asks again for the files that went in beside the stack', () => {
  const report = {
    recipe: {},
    inputs: [
      { role: 'main', name: 'a.tif' },
      { role: 'dark', name: 'dark.tif' },
    ],
  };
  expect(inputNotes(JSON.stringify(report))).toEqual(['The run used dark frames, dark.tif: choose it again in its step.']);
  expect(inputNotes('/1/unmix?method=mi_min')).toEqual([]);
  expect(inputNotes('{"version":1,"steps":[]}')).toEqual([]);
});
