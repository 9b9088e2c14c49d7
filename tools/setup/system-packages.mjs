// The system packages everything is built and tested with: the one list of them.
//
// On Debian and its kin what is missing is installed with apt, as root or through sudo; where neither works the exact
// command is printed and nothing goes on. Elsewhere the programs and headers themselves are looked for.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, StageError } from '../lib/command.mjs';

/** @typedef {{ debian: string, program?: string, header?: string }} SystemPackage */

/** @type {SystemPackage[]} */
const packages = [
  { debian: 'g++', program: 'g++' },
  { debian: 'clang', program: 'clang++' },
  { debian: 'libclang-rt-dev' },
  { debian: 'lld', program: 'ld.lld' },
  { debian: 'cmake', program: 'cmake' },
  { debian: 'ninja-build', program: 'ninja' },
  { debian: 'ccache', program: 'ccache' },
  { debian: 'emscripten', program: 'emcc' },
  { debian: 'clang-format', program: 'clang-format' },
  { debian: 'clang-tidy', program: 'clang-tidy' },
  { debian: 'ca-certificates' },
  { debian: 'dpkg-dev' },
  { debian: 'libeigen3-dev', header: 'eigen3/Eigen/Core' },
  { debian: 'nlohmann-json3-dev', header: 'nlohmann/json.hpp' },
  { debian: 'catch2', header: 'catch2/catch.hpp' },
  { debian: 'libtiff-dev', header: 'tiffio.h' },
  { debian: 'libpugixml-dev', header: 'pugixml.hpp' },
  { debian: 'chromium', program: 'chromium' },
  // Independent readers of what we write.
  { debian: 'python3-tifffile' },
  { debian: 'libtiff-tools', program: 'tiffinfo' },
];

/** @param {string} name */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Debian packages of the list that are not installed. */
function missingDebian() {
  const names = packages.map(({ debian }) => debian);
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], { encoding: 'utf8' });
  const installed = new Set(
    query.stdout
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  );
  return names.filter((name) => !installed.has(name));
}

/** How apt is run as root here, or nothing. @returns {string[] | undefined} */
function asRoot() {
  if (process.getuid?.() === 0) return ['env'];
  if (!findProgram('sudo')) return undefined;
  // Without a terminal sudo could not ask for a password.
  if (process.stdin.isTTY && spawnSync('sudo', ['-v'], { stdio: 'inherit' }).status === 0) return ['sudo'];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo'] : undefined;
}

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function installSystemPackages(stage) {
  if (!findProgram('apt-get') || !findProgram('dpkg-query')) return checkWithoutApt();
  const missing = missingDebian();
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install --yes --no-install-recommends ${missing.join(' ')}`;
  const prefix = asRoot();
  if (!prefix) {
    throw new StageError(
      `these Debian packages are missing and can only be installed by root: ${missing.join(' ')}`,
      `as root, run: ${command}`,
    );
  }
  const [program, ...rest] = [...prefix, 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  const options = { advice: `see whether this works by itself, as root: ${command}` };
  await run(stage, program, [...rest, 'update'], options);
  await run(stage, program, [...rest, 'install', '--yes', '--no-install-recommends', ...missing], options);
  return `installed ${missing.length} packages`;
}

function checkWithoutApt() {
  const headers = ['/usr/include', '/usr/local/include'];
  const missing = packages.filter(
    ({ program, header }) =>
      (program && !findProgram(program)) || (header && !headers.some((folder) => existsSync(join(folder, header)))),
  );
  if (missing.length > 0) {
    throw new StageError(
      `missing: ${missing.map(({ program, header }) => program ?? header).join(', ')}`,
      `there is no apt here; install what Debian calls ${missing.map(({ debian }) => debian).join(' ')} (Emscripten 3.1.6 or newer)`,
    );
  }
}
