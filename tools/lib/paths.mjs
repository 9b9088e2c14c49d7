// Where things are. Everything made by a build goes under build/, dist/ or dist-cli/.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const buildDir = join(root, 'build');
export const logDir = join(buildDir, 'logs');
export const thirdPartyDir = join(buildDir, 'third_party');

/** The native build tests use, the optimised native build, and the wasm build: the presets of CMakePresets.json. */
export const presets = /** @type {const} */ ({ asan: 'native-asan', native: 'native', wasm: 'wasm' });
