// The page: web/ becomes dist/, a static site that works from any folder of any static host.
import { defineConfig } from 'vite';
import { browserTargets } from './tools/build/targets.mjs';

export default defineConfig({
  root: 'web',
  base: './',
  worker: { format: 'es' },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: browserTargets,
    // Every asset a file of its own: the Content-Security-Policy needs no exception for data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
