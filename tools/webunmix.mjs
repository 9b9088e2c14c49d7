#!/usr/bin/env node
// The commands of package.json: setup, build, start, test, bench, format. Each does all the set-up it needs first, so
// this runs before anything is installed: it and what it imports use Node's built-in modules alone.
import { commands } from './commands.mjs';

const [name = '', ...args] = process.argv.slice(2);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`WebUnmix needs Node 20.19 or newer; this is ${process.version}. See https://nodejs.org.`);
  process.exit(1);
}
const command = commands[name];
if (!command) {
  console.error(`usage: node tools/webunmix.mjs ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}
await command(args);
