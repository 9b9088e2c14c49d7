// WebUnmix in a browser: what the page imports. Loaded after the page is there; starts one worker, and the others with the first stack.
import type { WebUnmix } from './api';
import { BrowserPlatform } from './browser/platform';
import { Machine, type MachineOptions } from './machine';

export { isUnmixError, UnmixError } from './error';

export function createWebUnmix(options: MachineOptions = {}): Promise<WebUnmix> {
  return Machine.start(new BrowserPlatform(), { eager: true, ...options });
}
