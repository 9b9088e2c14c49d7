// The built page in real Chromium, served from a sub-folder as a plain static host would.
import { defineConfig } from '@playwright/test';
import { chromiumArguments, chromiumPath } from './tools/chromium.mjs';

const port = Number(process.env.WEBUNMIX_E2E_PORT ?? 4173);
const folder = '/microscopy/webunmix/';
const executablePath = chromiumPath();

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 2,
  retries: 0,
  timeout: 120_000,
  forbidOnly: true,
  use: {
    baseURL: `http://localhost:${port}${folder}`,
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    // Recording every test takes a fifth of their time: `playwright test --trace on` records the one that failed.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: { args: chromiumArguments, ...(executablePath ? { executablePath } : {}) },
  },
  webServer: {
    command: `node tools/serve.mjs --port ${port} --base ${folder}`,
    url: `http://localhost:${port}${folder}`,
    reuseExistingServer: false,
  },
});
