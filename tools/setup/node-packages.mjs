// `npm ci`, when package-lock.json is not the one node_modules was made from.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/command.mjs';
import { hashOf } from '../lib/hash.mjs';
import { root } from '../lib/paths.mjs';

/** @type {import('../lib/pipeline.mjs').Stage['run']} */
export async function installNodePackages(stage) {
  const key = hashOf([join(root, 'package.json'), join(root, 'package-lock.json')], process.platform + process.arch);
  const mark = join(root, 'node_modules/.installed-from');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === key) return;
  await run(stage, 'npm', ['ci', '--no-audit', '--no-fund'], {
    advice: 'check that this machine reaches the npm registry (npm ping), then run the command again',
  });
  writeFileSync(mark, key);
  return 'installed';
}
