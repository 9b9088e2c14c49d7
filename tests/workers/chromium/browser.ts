// Chromium with a page that has the workers in it, toy modules in the workers, and servers with good and bad manners.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { chromiumArguments, chromiumPath } from '../../../tools/chromium.mjs';
import { buildDir } from '../../../tools/lib/paths.mjs';
import { serve } from '../../../tools/serve.mjs';
import type { tab } from './site/main';

type Tab = typeof tab;

export interface TestPage {
  page: Page;
  call<K extends keyof Tab>(name: K, ...args: Parameters<Tab[K]>): Promise<Awaited<ReturnType<Tab[K]>>>;
}

export class TestBrowser {
  readonly folder: string;
  readonly url: string;
  readonly #context: BrowserContext;
  readonly #servers: Server[];

  private constructor(folder: string, url: string, context: BrowserContext, servers: Server[]) {
    this.folder = folder;
    this.url = url;
    this.#context = context;
    this.#servers = servers;
  }

  static async start(): Promise<TestBrowser> {
    mkdirSync(join(buildDir, 'tests'), { recursive: true });
    const folder = mkdtempSync(join(buildDir, 'tests/chromium-'));
    const wasm = join(folder, 'empty.wasm');
    writeFileSync(wasm, Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const site = new URL('site/', import.meta.url).pathname;
    const alias = [
      { find: /^#webunmix$/, replacement: join(site, 'toy-glue.ts') },
      { find: /^#webunmix\.wasm(?=\?)/, replacement: wasm },
    ];
    await build({
      configFile: false,
      root: site,
      base: './',
      resolve: { alias },
      worker: { format: 'es' },
      build: { outDir: join(folder, 'site'), emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0 },
      logLevel: 'warn',
    });
    const { server, url } = await serve({ dir: join(folder, 'site'), port: 0 });
    const executablePath = chromiumPath();
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      ...(executablePath ? { executablePath } : {}),
      args: chromiumArguments,
    });
    return new TestBrowser(folder, url, context, [server]);
  }

  async newPage(prepare?: (page: Page) => Promise<unknown>): Promise<TestPage> {
    const page = await this.#context.newPage();
    await prepare?.(page);
    await page.goto(this.url);
    await page.waitForFunction(() => 'tab' in window);
    return {
      page,
      call: (name, ...args) =>
        page.evaluate(([which, given]) => (window.tab[which] as (...list: unknown[]) => unknown)(...given), [
          name,
          args,
        ] as const) as never,
    };
  }

  writeFile(name: string, bytes: Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  /** A server of one file, on another origin than the page. Returns its address. */
  async serveFile(respond: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(respond as NonNullable<typeof respond>);
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://localhost:${(server.address() as AddressInfo).port}/data/toy%20stack.tif`;
  }

  async close(): Promise<void> {
    await this.#context.close();
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
