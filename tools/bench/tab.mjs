// One Chromium tab with the benchmark page in it. The profile lies on disk: in a private window the file system would be memory.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { chromiumArguments, chromiumPath } from '../chromium.mjs';
import { buildDir } from '../lib/paths.mjs';
import { serve } from '../serve.mjs';

/**
 * Calls `use` with a page on which `window.bench` (page/main.ts) waits.
 * @template T
 * @param {(tab: { choose: (path: string) => Promise<void>, call: (name: string, ...args: unknown[]) => Promise<any> }) => Promise<T>} use
 */
export async function withTab(use) {
  await build({ configFile: new URL('vite.config.mjs', import.meta.url).pathname });
  const { server, url } = await serve({ dir: join(buildDir, 'bench/site'), port: 0 });
  const profile = mkdtempSync(join(buildDir, 'bench/profile-'));
  const executablePath = chromiumPath();
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath ? { executablePath } : {}),
    args: chromiumArguments,
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(30 * 60_000);
    await page.goto(url);
    await page.waitForFunction(() => 'bench' in window);
    return await use({
      choose: (path) => page.setInputFiles('#file', path),
      call: (name, ...args) =>
        page.evaluate(
          ([which, given]) => /** @type {any} */ (window).bench[which](...given),
          /** @type {const} */ ([name, args]),
        ),
    });
  } finally {
    await context.close();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
