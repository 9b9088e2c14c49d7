// A development server of the page on the fake machine of this folder: `npx vite -c tests/web/support/fake.config.ts`.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('../../../web'),
  base: './',
  resolve: { alias: [{ find: /^.*\/workers\/client$/, replacement: here('./fake-webunmix.ts') }] },
  worker: { format: 'es' },
  build: { outDir: here('../../../build/web-fake'), emptyOutDir: true, assetsInlineLimit: 0 },
  cacheDir: here('../../../build/vite-fake'),
});
