// The core's Catch2 programs: run side by side, the long ones in parts, their cases counted.
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

const mostCasesAtOnce = 40;

/**
 * The cases of test programs in parts, so that no core waits for the longest program: those of a part are `cases`, a test
 * specification that names them all.
 * @param {{ command: string[] }[]} programs
 * @returns {{ program: string, args: string[] }[]}
 */
function partsOf(programs) {
  return programs
    .flatMap(({ command: [program = '', ...args] }) => {
      const { stdout } = spawnSync(program, [...args, '--list-test-names-only'], { encoding: 'utf8' });
      const names = stdout.split('\n').filter((name) => name !== '');
      const parts = Math.max(1, Math.ceil(names.length / mostCasesAtOnce));
      // Neighbours, which often take as long as each other, go to different parts.
      return Array.from({ length: parts }, (_, part) => {
        const cases = names.filter((_name, i) => i % parts === part).map((name) => name.replaceAll(/[\\,"[\]]/g, '\\$&'));
        return { program, args: [...args, ...(parts > 1 ? [cases.join(',')] : [])], cases: cases.length };
      });
    })
    .sort((a, b) => b.cases - a.cases);
}

/**
 * A stage that runs every test program of a preset's build.
 * @param {string} preset
 * @returns {import('../lib/pipeline.mjs').Stage['run']}
 */
export function coreTests(preset) {
  return async (stage) => {
    const listing = spawnSync('ctest', ['--test-dir', join(buildDir, preset), '--show-only=json-v1'], { encoding: 'utf8' });
    /** @type {{ command: string[] }[]} */
    const programs = JSON.parse(listing.stdout).tests;
    if (programs.length === 0) throw new StageError(`${preset} has no test programs`);

    const counts = { passed: 0, failed: 0 };
    await forEachParallel(partsOf(programs), stage.cores, async ({ program, args }) => {
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
