// Content hashes: what decides whether a stage's result can be kept.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './paths.mjs';

/** Every file below the given files and folders, sorted; missing ones are left out. @param {string[]} paths */
export function filesUnder(paths) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} path */
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) files.push(path);
    else for (const entry of readdirSync(path).sort()) visit(join(path, entry));
  };
  paths.forEach(visit);
  return files;
}

/** SHA-256 of names and contents of files, and of any extra text. @param {string[]} paths @param {string} [extra] */
export function hashOf(paths, extra = '') {
  const hash = createHash('sha256');
  for (const file of filesUnder(paths)) {
    const bytes = readFileSync(file);
    hash.update(`${relative(root, file)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.update(extra).digest('hex');
}
