// Vitest and Playwright: run, and their counts read from the reports they write.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, StageError } from '../lib/command.mjs';
import { logDir, root } from '../lib/paths.mjs';

/** @param {string} file @returns {any} */
function report(file) {
  if (!existsSync(file)) throw new StageError('the tests ended before they could report', 'the log names what stopped them');
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function vitest(stage) {
  const file = join(logDir, 'vitest.json');
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const program = join(root, 'node_modules/.bin/vitest');
  const { code } = await run(stage, program, ['run', ...reporters], { allowFailure: true, env: { NO_COLOR: '1' } });
  const { numPassedTests: passed, numFailedTests, numFailedTestSuites } = report(file);
  // A file that cannot be loaded has no tests to count, yet it failed.
  const failed = numFailedTests > 0 || code === 0 ? numFailedTests : Math.max(1, numFailedTestSuites);
  return { passed, failed };
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function playwright(stage) {
  const file = join(logDir, 'playwright.json');
  rmSync(file, { force: true });
  const program = join(root, 'node_modules/.bin/playwright');
  const { code } = await run(stage, program, ['test', '--reporter=list,json'], {
    allowFailure: true,
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const { stats } = report(file);
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: code === 0 ? failed : Math.max(1, failed) };
}
