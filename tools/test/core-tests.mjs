// The core's Catch2 programs: run side by side, their cases counted.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { run, StageError } from '../lib/command.mjs';
import { forEachParallel } from '../lib/parallel.mjs';
import { buildDir } from '../lib/paths.mjs';

/**
 * The counts in a Catch2 summary; nothing when there is none, as after a crash.
 * @param {string} output
 * @returns {import('../lib/pipeline.mjs').Counts | undefined}
 */
export function catchCounts(output) {
  const all = /^All tests passed \(\d+ assertions? in (\d+) test cases?\)$/m.exec(output);
  if (all) return { passed: Number(all[1]), failed: 0 };
  const some = /^test cases: +(\d+) \|(.*)$/m.exec(output);
  if (!some) return undefined;
  const failed = Number(/(\d+) failed(?! as expected)/.exec(some[2] ?? '')?.[1] ?? 0);
  return { passed: Number(some[1]) - failed, failed };
}

/**
 * A stage that runs every test program of a preset's build.
 * @param {string} preset
 * @returns {import('../lib/pipeline.mjs').Stage['run']}
 */
export function coreTests(preset) {
  return async (stage) => {
    const listing = spawnSync('ctest', ['--test-dir', join(buildDir, preset), '--show-only=json-v1'], { encoding: 'utf8' });
    /** @type {{ name: string, command: string[] }[]} */
    const programs = JSON.parse(listing.stdout).tests;
    if (programs.length === 0) throw new StageError(`${preset} has no test programs`);

    const counts = { passed: 0, failed: 0 };
    await forEachParallel(programs, stage.cores, async ({ command: [program = '', ...args] }) => {
      // A case that asserts nothing proves nothing: it fails.
      const options = ['--warn', 'NoAssertions', '--use-colour', 'no'];
      const { code, output } = await run(stage, program, [...args, ...options], {
        allowFailure: true,
        minutes: 10,
        whole: true,
        env: { UBSAN_OPTIONS: 'print_stacktrace=1' },
      });
      const found = catchCounts(output) ?? { passed: 0, failed: 1 };
      counts.passed += found.passed;
      counts.failed += code === 0 ? found.failed : Math.max(1, found.failed);
    });
    return counts;
  };
}
