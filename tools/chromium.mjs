// The browser tests and benchmarks drive: the system's Chromium where there is one, else Playwright's own
// (`npx playwright install chromium`).
import { findProgram } from './setup/system-packages.mjs';

/** @returns {string | undefined} */
export function chromiumPath() {
  return findProgram('chromium') ?? findProgram('chromium-browser') ?? findProgram('google-chrome');
}

/** Headless, quiet on the network, and drawn without a GPU: an emulated one takes half the time of a test. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
];
