// The page of the benchmarks: built apart, never part of dist/.
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { buildDir, root } from '../lib/paths.mjs';

export default defineConfig({
  root: join(root, 'tools/bench/page'),
  base: './',
  worker: { format: 'es' },
  build: { outDir: join(buildDir, 'bench/site'), emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0 },
  logLevel: 'warn',
});
