// What each command of package.json does, as lists of stages.
import { runOrStop } from './lib/pipeline.mjs';
import { installNodePackages } from './setup/node-packages.mjs';
import { installSystemPackages } from './setup/system-packages.mjs';
import { buildThirdParty, fetchSources } from './setup/third-party.mjs';

/** @typedef {import('./lib/pipeline.mjs').Stage} Stage */

/** @type {Stage[]} */
const setup = [
  { name: 'system packages', run: installSystemPackages },
  { name: 'npm packages', run: installNodePackages },
  { name: 'third-party sources', needs: ['system packages'], run: fetchSources },
  { name: 'third-party wasm', needs: ['third-party sources'], cores: 'all', run: buildThirdParty },
];

/** @type {Record<string, (args: string[]) => Promise<void>>} */
export const commands = {
  setup: () => runOrStop(setup),
};
