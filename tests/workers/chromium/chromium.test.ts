// The browser's side of the workers in real Chromium: private file system, links, dying workers, tabs that come and go.
import { createHash } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Worker } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parseRange } from '../../../tools/serve.mjs';
import { planeBytes, toyStack, toyTruth } from '../support/toy-module';
import { TestBrowser, type TestPage } from './browser';

const planes = 40;
const stack = toyStack(planes);
const sha256 = createHash('sha256').update(stack).digest('hex');
let browser: TestBrowser;
let toyFile: string;

beforeAll(async () => {
  browser = await TestBrowser.start();
  toyFile = browser.writeFile('toy.tif', stack);
}, 120_000);

afterAll(() => browser?.close());

async function openPage(
  options: { workers?: number; prepare?: Parameters<TestBrowser['newPage']>[0] } = {},
): Promise<TestPage> {
  const opened = await browser.newPage(options.prepare);
  onTestFinished(() => opened.page.close());
  await opened.call('start', options.workers ?? 2);
  return opened;
}

async function openStack(options: Parameters<typeof openPage>[0] = {}): Promise<TestPage> {
  const opened = await openPage(options);
  await opened.page.setInputFiles('#file', toyFile);
  expect(await opened.call('open')).toMatchObject({ name: 'toy.tif', shape: [planes, 1, 1, 1, planeBytes] });
  return opened;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const truth = (settings: Parameters<typeof toyTruth>[1]) => base64(toyTruth(stack, settings).output);

test.each(['opfs', 'memory'] as const)('a run into %s gives the right bytes, with the SHA-256 of the input', async (sink) => {
  const { call } = await openStack();
  const settings = { passes: 2, store: true };
  const result = await call('run', settings, sink);
  expect(result).toMatchObject({ name: 'out.tif', bytes: truth(settings) });
  expect(result).toMatchObject({ report: { inputs: [{ name: 'toy.tif', size: stack.length, sha256 }] } });
  expect(await call('privateFiles')).toHaveLength(sink === 'opfs' ? 1 : 0);
  // A second result takes the place of the first, and closing leaves nothing.
  await call('run', { passes: 1 }, sink);
  expect(await call('privateFiles')).toHaveLength(sink === 'opfs' ? 1 : 0);
  await call('closeSession');
  expect(await call('privateFiles')).toEqual([]);
  await call('close');
});

test("without a private file system the result is kept in memory, without the browser's digest another one serves", async () => {
  const { call } = await openStack({
    prepare: (page) =>
      page.addInitScript(() => {
        Reflect.deleteProperty(StorageManager.prototype, 'getDirectory');
        Object.defineProperty(globalThis, 'isSecureContext', { value: false });
      }),
  });
  expect(await call('run', { passes: 1 })).toMatchObject({ bytes: truth({ passes: 1 }), report: { inputs: [{ sha256 }] } });
  expect(await call('run', {}, 'opfs')).toMatchObject({ tag: 'write_failed', message: expect.stringContaining('OPFS') });
});

test('a private file system that is full is a clear error, and nothing is left in it', async () => {
  const { call, page } = await openStack();
  const client = await page.context().newCDPSession(page);
  const origin = new URL(browser.url).origin;
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1024 });
  const outcome = await call('run', { passes: 1 }, 'opfs');
  await client.send('Storage.overrideQuotaForOrigin', { origin });
  expect(outcome).toMatchObject({ tag: 'write_failed', message: expect.stringMatching(/storage is full\. Free disk space/) });
  expect(await call('privateFiles')).toEqual([]);
  expect(await call('run', { passes: 1 }, 'opfs')).toMatchObject({ bytes: truth({ passes: 1 }) });
});

test('a worker that ends itself during a run is replaced, and the result is the same', async () => {
  const engines: Worker[] = [];
  const { call, page } = await openStack({
    workers: 3,
    prepare: async (page) => page.on('worker', (worker) => worker.url().includes('engine-worker') && engines.push(worker)),
  });
  // The one for viewing and, as a stack is open, the three of the pool, the lead first.
  await expect.poll(() => engines.length).toBe(4);
  const victim = engines[3];
  const running = call('run', { passes: 2, ms: 25 });
  await page.waitForTimeout(150);
  await victim?.evaluate(() => self.close());
  expect(await running).toMatchObject({ bytes: truth({ passes: 2 }) });
  expect(engines).toHaveLength(5);
});

test('cancelling takes less than 500 ms, and the next run works', async () => {
  const { call, page } = await openStack();
  // Items of two seconds: they must be stopped.
  const running = call('run', { passes: 1, ms: 2000 });
  await page.waitForTimeout(300);
  const took = await call('cancel');
  expect(await running).toMatchObject({ tag: 'cancelled' });
  expect(took).toBeLessThan(500);
  expect(await call('privateFiles')).toEqual([]);
  expect(await call('run', { passes: 1 })).toMatchObject({ bytes: truth({ passes: 1 }) });
});

test('looking does not wait for a run', async () => {
  const { call } = await openStack({ workers: 1 });
  const running = call('run', { passes: 1, ms: 50 });
  let ended = false;
  void running.then(() => {
    ended = true;
  });
  for (let t = 0; t < 5; t += 1)
    expect(await call('plane', t)).toEqual(base64(stack.subarray(t * planeBytes, (t + 1) * planeBytes)));
  expect(ended).toBe(false);
  expect(await running).toMatchObject({ bytes: truth({ passes: 1 }) });
});

test('what a tab left behind is removed by the next one, what a living tab has is not', async () => {
  const first = await openStack();
  await first.call('run', { passes: 1 }, 'opfs');
  const second = await openStack();
  await second.call('run', { passes: 1 }, 'opfs');
  await second.page.waitForTimeout(200);
  expect(await second.call('privateFiles')).toHaveLength(2);
  await first.page.close();
  const third = await openStack();
  await expect.poll(() => third.call('privateFiles').then(({ length }) => length)).toBe(1);
  expect(await second.call('run', { passes: 1 }, 'opfs')).toMatchObject({ bytes: truth({ passes: 1 }) });
});

test('a file that is changed on the disk after it was opened is noticed', async () => {
  const { call, page } = await openPage();
  const path = browser.writeFile('changing.tif', stack);
  await page.setInputFiles('#file', path);
  await call('open');
  writeFileSync(path, stack.subarray(0, planeBytes));
  utimesSync(path, 1, 1);
  expect(await call('run', { passes: 1 })).toMatchObject({
    tag: 'read_failed',
    message: expect.stringContaining('changing.tif could not be read: it was changed, moved or removed'),
  });
});

interface Manners {
  cors?: boolean;
  ranges?: boolean;
  /** Other origins may see the headers that tell the size of a range. */
  exposes?: boolean;
  status?: number;
  modified?: string;
}

/** A server of `bytes`, and what it was asked for. */
function server(
  bytes: Uint8Array,
  { cors = true, ranges = true, exposes = true, status = 200, modified = 'Mon, 01 Jan 2024 00:00:00 GMT' }: Manners,
) {
  const asked: string[] = [];
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.headers.range ?? 'all'}`);
    const headers: Record<string, string | number> = { 'Last-Modified': modified };
    if (cors) Object.assign(headers, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Range' });
    if (exposes) headers['Access-Control-Expose-Headers'] = 'Content-Range';
    const range = ranges && status === 200 ? parseRange(request.headers.range, bytes.length) : undefined;
    const body = range && range !== 'invalid' ? bytes.subarray(range.start, range.end + 1) : bytes;
    if (range && range !== 'invalid') headers['Content-Range'] = `bytes ${range.start}-${range.end}/${bytes.length}`;
    headers['Content-Length'] = body.length;
    response.writeHead(request.method === 'OPTIONS' ? 204 : range ? 206 : status, headers);
    response.end(request.method === 'GET' ? body : undefined);
  };
  return { asked, respond };
}

test.each([{ exposes: true }, { exposes: false }])('a link is read by ranges (%o)', async (manners) => {
  const { asked, respond } = server(stack, manners);
  const { call } = await openPage();
  expect(await call('open', await browser.serveFile(respond))).toMatchObject({ name: 'toy stack.tif', bytes: stack.length });
  expect(await call('run', { passes: 1 })).toMatchObject({
    bytes: truth({ passes: 1 }),
    report: { inputs: [{ name: 'toy stack.tif', sha256: null }] },
  });
  expect(asked.filter((request) => request === 'GET all')).toEqual([]);
});

test('a link whose server knows no ranges is downloaded whole', async () => {
  const { asked, respond } = server(stack, { ranges: false });
  const { call } = await openPage();
  await call('open', await browser.serveFile(respond));
  expect(await call('run', { passes: 1 })).toMatchObject({
    bytes: truth({ passes: 1 }),
    report: { inputs: [{ name: 'toy stack.tif', sha256 }] },
  });
  expect(asked.filter((request) => request.startsWith('GET'))).toHaveLength(1);
});

test('links that cannot be read say why and what to do', async () => {
  const { call } = await openPage();
  const closed = await browser.serveFile(server(stack, { cors: false }).respond);
  expect(await call('open', closed)).toMatchObject({
    tag: 'read_failed',
    message: expect.stringMatching(
      /does not allow other pages to read it \(CORS\)\. Links to other servers begin with https:\/\/\. Download the file and drop it here/,
    ),
  });
  const missing = await browser.serveFile(server(stack, { status: 404 }).respond);
  expect(await call('open', missing)).toMatchObject({ tag: 'read_failed', message: expect.stringContaining('status 404') });
  expect(await call('open', 'http://')).toMatchObject({ tag: 'read_failed', message: '"http://" is not an address.' });
});

test('a file behind a link that changes between two reads is noticed', async () => {
  const before = server(stack, {});
  const after = server(stack, { modified: 'Tue, 02 Jan 2024 00:00:00 GMT' });
  let { respond } = before;
  const { call } = await openPage();
  const url = await browser.serveFile((request, response) => respond(request, response));
  expect(await call('open', url)).toMatchObject({ name: 'toy stack.tif' });
  ({ respond } = after);
  expect(await call('run', { passes: 1 })).toMatchObject({
    tag: 'read_failed',
    message: expect.stringContaining('was changed since it was opened'),
  });
});
