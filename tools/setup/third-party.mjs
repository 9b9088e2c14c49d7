// The compiled libraries for wasm: their sources are fetched, built by wasm/third_party and kept.
//
// Sources are the distribution's source packages where apt is there (they carry its security fixes), else the
// upstream archives, pinned by SHA-256. The result is kept in build/third_party/wasm-HASH, where HASH is made of the
// sources' versions, the build files and the compiler's version; build/third_party/wasm points at the current one.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, StageError } from '../lib/command.mjs';
import { hashOf } from '../lib/hash.mjs';
import { root, thirdPartyDir } from '../lib/paths.mjs';
import { findProgram } from './system-packages.mjs';

/**
 * @typedef {object} Library an entry of wasm/third_party/libraries.json
 * @property {string} name
 * @property {string} version
 * @property {string} debian the Debian source package
 * @property {string} url the upstream archive
 * @property {string} sha256 of the upstream archive
 * @property {string} licence
 * @property {string} licenceFile in the source tree
 */

const recipeDir = join(root, 'wasm/third_party');
export const sourcesDir = join(thirdPartyDir, 'sources');
const complete = '.complete';

/** @returns {Library[]} */
export function libraries() {
  return JSON.parse(readFileSync(join(recipeDir, 'libraries.json'), 'utf8'));
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function fetchSources(stage) {
  const key = hashOf([join(recipeDir, 'libraries.json')]);
  const mark = join(sourcesDir, complete);
  if (existsSync(mark) && readFileSync(mark, 'utf8').startsWith(key)) return;

  const fresh = join(thirdPartyDir, 'sources.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const fromDebian = findProgram('apt-get') !== undefined && findProgram('dpkg-source') !== undefined;
  const versions = await (fromDebian ? fromSourcePackages : fromUpstream)(stage, fresh);
  writeFileSync(join(fresh, complete), `${key}\n${versions.join('\n')}\n`);
  rmSync(sourcesDir, { recursive: true, force: true });
  renameSync(fresh, sourcesDir);
  return fromDebian ? 'Debian source packages' : 'upstream archives';
}

/**
 * The system's package sources, asked for source packages through apt folders of our own: the user's apt settings
 * stay as they are, and root is not needed.
 * @param {import('../lib/pipeline.mjs').StageContext} stage
 * @param {string} folder
 */
async function fromSourcePackages(stage, folder) {
  const apt = join(thirdPartyDir, 'apt');
  const parts = join(apt, 'sources');
  rmSync(apt, { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  mkdirSync(join(apt, 'lists/partial'), { recursive: true });
  mkdirSync(join(apt, 'cache/archives/partial'), { recursive: true });
  copySourceLists(parts);
  const options = [
    '-o',
    'Dir::Etc::sourcelist=/dev/null',
    '-o',
    `Dir::Etc::sourceparts=${parts}`,
    '-o',
    `Dir::State::lists=${join(apt, 'lists')}`,
    '-o',
    `Dir::Cache=${join(apt, 'cache')}`,
    '-o',
    'APT::Sandbox::User=',
  ];
  const advice = 'check that this machine reaches its Debian mirror (apt-get update)';
  await run(stage, 'apt-get', [...options, 'update'], { advice });

  /** @type {string[]} */
  const versions = [];
  for (const library of libraries()) {
    const download = join(folder, `${library.name}.download`);
    mkdirSync(download);
    await run(stage, 'apt-get', [...options, 'source', '--download-only', library.debian], { cwd: download, advice });
    const description = readdirSync(download).find((file) => file.endsWith('.dsc'));
    if (!description) throw new StageError(`apt gave no source package for ${library.debian}`, advice);
    // apt has checked the files against the signed index; the maintainer's own key is not needed.
    await run(stage, 'dpkg-source', ['--no-check', '-x', description, join(folder, library.name)], { cwd: download });
    rmSync(download, { recursive: true });
    versions.push(description.replace(/\.dsc$/, ''));
  }
  rmSync(apt, { recursive: true });
  return versions;
}

/** The system's lists with `deb` changed to `deb-src`. @param {string} folder */
function copySourceLists(folder) {
  const etc = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...(existsSync(etc) ? readdirSync(etc).map((name) => join(etc, name)) : [])];
  for (const [index, file] of files.filter((name) => existsSync(name)).entries()) {
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.sources')) {
      writeFileSync(join(folder, `${index}.sources`), text.replaceAll(/^Types:.*$/gm, 'Types: deb-src'));
    } else if (file.endsWith('.list')) {
      const lines = text.split('\n').filter((line) => /^deb\s/.test(line));
      writeFileSync(join(folder, `${index}.list`), `${lines.map((line) => line.replace(/^deb\s/, 'deb-src ')).join('\n')}\n`);
    }
  }
}

/**
 * The upstream archives, each checked against its pinned SHA-256 before it is unpacked.
 * @param {import('../lib/pipeline.mjs').StageContext} stage
 * @param {string} folder where a folder for each library is made
 * @param {Pick<Library, 'name' | 'version' | 'url' | 'sha256'>[]} [wanted]
 */
export async function fromUpstream(stage, folder, wanted = libraries()) {
  /** @type {string[]} */
  const versions = [];
  for (const library of wanted) {
    stage.log.write(`${library.url}\n`);
    const bytes = await download(library.url);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== library.sha256) {
      throw new StageError(
        `${library.url} has SHA-256 ${found}, not ${library.sha256}`,
        'the archive is not the one that was pinned: try again on another network, or correct wasm/third_party/libraries.json',
      );
    }
    const archive = join(folder, `${library.name}.tar.gz`);
    const tree = join(folder, library.name);
    mkdirSync(tree);
    writeFileSync(archive, bytes);
    await run(stage, 'tar', ['-xzf', archive, '--strip-components=1', '-C', tree]);
    rmSync(archive);
    versions.push(`${library.name} ${library.version}`);
  }
  return versions;
}

/** @param {string} url */
async function download(url) {
  const advice = 'check that this machine reaches the internet';
  const response = await fetch(url).catch((/** @type {Error} */ error) => {
    const cause = /** @type {Error | undefined} */ (error.cause);
    throw new StageError(`${url}: ${cause?.message ?? error.message}`, advice);
  });
  if (!response.ok) throw new StageError(`${url}: the server answered ${response.status}`, advice);
  return Buffer.from(await response.arrayBuffer());
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function buildThirdParty(stage) {
  const emcc = await run(stage, 'emcc', ['--version'], { advice: 'install Emscripten 3.1.6 or newer' });
  const toolchain = join(root, 'cmake/emscripten-toolchain.cmake');
  const key = hashOf([recipeDir, toolchain, join(sourcesDir, complete)], emcc.output).slice(0, 16);
  const prefix = join(thirdPartyDir, `wasm-${key}`);
  const current = join(thirdPartyDir, 'wasm');
  const pointAtIt = () => {
    rmSync(current, { force: true });
    symlinkSync(`wasm-${key}`, current);
  };
  if (existsSync(join(prefix, complete))) {
    pointAtIt();
    return;
  }
  const work = join(thirdPartyDir, 'work');
  for (const folder of [work, prefix]) rmSync(folder, { recursive: true, force: true });
  await run(stage, 'cmake', [
    '-S',
    recipeDir,
    '-B',
    work,
    '-G',
    'Ninja',
    '--toolchain',
    toolchain,
    `-DWEBUNMIX_SOURCES=${sourcesDir}`,
    `-DCMAKE_INSTALL_PREFIX=${prefix}`,
  ]);
  await run(stage, 'cmake', ['--build', work, '--parallel', String(stage.cores)]);
  rmSync(work, { recursive: true });
  writeFileSync(join(prefix, complete), '');
  pointAtIt();
  return 'built';
}
