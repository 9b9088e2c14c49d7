// The runner of stages: order, what a failure stops, and how results are counted.
import { expect, test, vi } from 'vitest';
import { StageError } from '../../tools/lib/command.mjs';
import { forEachParallel } from '../../tools/lib/parallel.mjs';
import { runStages } from '../../tools/lib/pipeline.mjs';
import { catchCounts } from '../../tools/test/core-tests.mjs';

function captured() {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  return { text: () => lines.join(''), restore: () => spy.mockRestore() };
}

test('stages wait for what they need, and a failure stops only those that need it', async () => {
  const order: string[] = [];
  const stage = (name: string, needs: string[], fail = false) => ({
    name: `pipeline test ${name}`,
    needs: needs.map((need) => `pipeline test ${need}`),
    counts: true,
    run: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(name);
      if (fail) throw new StageError('it broke', 'mend it');
    },
  });
  const output = captured();
  const outcomes = await runStages([
    stage('c', ['b']),
    stage('b', ['a']),
    stage('a', []),
    stage('x', [], true),
    stage('y', ['x']),
  ]).finally(output.restore);
  expect(order.filter((name) => 'abc'.includes(name))).toEqual(['a', 'b', 'c']);
  expect(order).not.toContain('y');
  expect(outcomes.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'failed', 'not run']);
  expect(outcomes.map(({ counts }) => counts.failed)).toEqual([0, 0, 0, 1, 1]);
  expect(output.text()).toMatch(/^ok {3}pipeline test a +\d+\.\d s$/m);
  expect(output.text()).toContain('it broke');
  expect(output.text()).toContain('what to do: mend it');
  expect(output.text()).toContain('build/logs/pipeline-test-x.log');
});

test('counts of a stage are kept, and a failed case fails the stage', async () => {
  const output = captured();
  const [outcome] = await runStages([{ name: 'pipeline test counts', run: async () => ({ passed: 7, failed: 2 }) }]).finally(
    output.restore,
  );
  expect(outcome?.state).toBe('failed');
  expect(outcome?.counts).toEqual({ passed: 7, failed: 2 });
});

test.each([
  ['All tests passed (12 assertions in 3 test cases)\n', { passed: 3, failed: 0 }],
  ['All tests passed (1 assertion in 1 test case)\n', { passed: 1, failed: 0 }],
  ['test cases:  5 |  3 passed | 2 failed\nassertions: 10 | 8 passed | 2 failed\n', { passed: 3, failed: 2 }],
  ['test cases: 2 | 1 passed | 1 failed as expected\n', { passed: 2, failed: 0 }],
  ['AddressSanitizer: heap-buffer-overflow', undefined],
])('the Catch2 summary %j', (summary, expected) => {
  expect(catchCounts(summary)).toEqual(expected);
});

test('at most so many at once, and every item once', async () => {
  let active = 0;
  let most = 0;
  const seen: number[] = [];
  await forEachParallel([1, 2, 3, 4, 5], 2, async (item) => {
    active += 1;
    most = Math.max(most, active);
    await new Promise((resolve) => setTimeout(resolve, 2));
    seen.push(item);
    active -= 1;
  });
  expect(most).toBe(2);
  expect(seen.sort()).toEqual([1, 2, 3, 4, 5]);
});
