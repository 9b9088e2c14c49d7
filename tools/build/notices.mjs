// The licences of everything that travels inside dist/ and dist-cli/: npm packages, libraries compiled into the wasm module, and
// what Emscripten links in. Texts are taken from the sources that were built.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';
import { libraries, sourcesDir } from '../setup/third-party.mjs';

/** @typedef {{ name: string, version: string, licence: string, text: string }} Notice */

/** Header-only libraries and the compiler's runtime: installed by the system, which keeps their licences here. */
const systemLibraries = [
  { name: 'Eigen', licence: 'MPL-2.0', file: '/usr/share/doc/libeigen3-dev/copyright' },
  { name: 'JSON for Modern C++', licence: 'MIT', file: '/usr/share/doc/nlohmann-json3-dev/copyright' },
  {
    name: 'Emscripten runtime, musl, libc++ and compiler-rt',
    licence: 'MIT AND Apache-2.0 WITH LLVM-exception',
    file: '/usr/share/doc/emscripten/copyright',
  },
];

/** @param {string} folder @returns {string} */
function licenceIn(folder) {
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
  return name ? readFileSync(join(folder, name), 'utf8') : '';
}

/** npm packages the page and the command line are made of: `dependencies` and what those need. @returns {Notice[]} */
export function npmNotices() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => {
      const folder = join(root, path);
      const text = existsSync(folder) ? licenceIn(folder) : '';
      return { name: path.replace(/^.*node_modules\//, ''), version: entry.version, licence: entry.license ?? '', text };
    });
}

/** @returns {Notice[]} */
function wasmNotices() {
  return libraries().map(({ name, version, licence, licenceFile }) => ({
    name,
    version,
    licence,
    text: readFileSync(join(sourcesDir, name, licenceFile), 'utf8'),
  }));
}

/** @returns {Notice[]} */
function systemNotices() {
  return systemLibraries.map(({ name, licence, file }) => ({
    name,
    version: '',
    licence,
    text: existsSync(file) ? readFileSync(file, 'utf8') : '',
  }));
}

export function thirdPartyNotices() {
  const notices = [...npmNotices(), ...wasmNotices(), ...systemNotices()];
  const line = '='.repeat(80);
  const parts = notices.map(({ name, version, licence, text }) =>
    [line, `${name} ${version}`.trim(), `Licence: ${licence}`, line, '', text.trim(), ''].join('\n'),
  );
  return `WebUnmix contains the work of others. Their names, versions and licences:\n\n${parts.join('\n')}`;
}
