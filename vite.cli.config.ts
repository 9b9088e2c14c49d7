// The command line: workers/cli/main.ts becomes dist-cli/webunmix.mjs, and each workers/node/NAME-worker.ts a worker thread's
// script NAME-worker.mjs beside it. The folder is complete in itself: npm packages are bundled, webunmix.wasm is copied.
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { root } from './tools/lib/paths.mjs';

const nodeWorkers = join(root, 'workers/node');
const workerScripts = existsSync(nodeWorkers) ? readdirSync(nodeWorkers).filter((name) => name.endsWith('-worker.ts')) : [];
const outDir = join(root, 'dist-cli');

function copyWasm(): Plugin {
  return {
    name: 'copy-wasm',
    closeBundle: () => copyFileSync(join(root, 'build/wasm/webunmix.wasm'), join(outDir, 'webunmix.wasm')),
  };
}

export default defineConfig({
  root,
  plugins: [copyWasm()],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir,
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: {
      input: {
        webunmix: join(root, 'workers/cli/main.ts'),
        ...Object.fromEntries(workerScripts.map((name) => [basename(name, '.ts'), join(nodeWorkers, name)])),
      },
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  },
});
