// The static server: what a page and a reader by ranges ask of a host, and nothing outside its folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRange, portOf, serve, staticServer } from '../../tools/serve.mjs';

const folder = mkdtempSync(join(tmpdir(), 'webunmix-serve-'));
const server = staticServer({ dir: join(folder, 'site'), base: '/a/b/' });
let origin = '';

beforeAll(async () => {
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'site/index.html'), '<!doctype html>');
  writeFileSync(
    join(folder, 'site/module.wasm'),
    Uint8Array.from({ length: 100 }, (_, i) => i),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('a sub-folder serves its index with the right type', async () => {
  const response = await fetch(`${origin}/a/b/`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toBe('<!doctype html>');
  const redirected = await fetch(`${origin}/a/b`, { redirect: 'manual' });
  expect([redirected.status, redirected.headers.get('location')]).toEqual([301, '/a/b/']);
});

test('wasm has its type, which streaming compilation asks for', async () => {
  const response = await fetch(`${origin}/a/b/module.wasm`, { method: 'HEAD' });
  expect(response.headers.get('content-type')).toBe('application/wasm');
  expect(response.headers.get('content-length')).toBe('100');
});

test('a range is answered with exactly its bytes', async () => {
  const response = await fetch(`${origin}/a/b/module.wasm`, { headers: { Range: 'bytes=10-19' } });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe('bytes 10-19/100');
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  const beyond = await fetch(`${origin}/a/b/module.wasm`, { headers: { Range: 'bytes=100-' } });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */100']);
});

test.each([
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-200', { start: 0, end: 99 }],
  ['bytes=90-500', { start: 90, end: 99 }],
  ['bytes=5-4', 'invalid'],
  ['bytes=-0', 'invalid'],
  ['bytes=1-2,4-5', undefined],
  ['lines=1-2', undefined],
  [undefined, undefined],
])('the range %s of 100 bytes', (header, expected) => {
  expect(parseRange(header, 100)).toEqual(expected);
});

/** A request whose path is sent as it is: fetch would tidy it up first. */
function rawStatus(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

test.each([
  '/a/b/../secret.txt',
  '/a/b/..%2fsecret.txt',
  '/a/b/%2e%2e/%2e%2e/secret.txt',
  '/a/b/%00',
  '/a/b/%zz',
  '/',
  '/a/b/none',
])('%s is not found', async (path) => {
  expect(await rawStatus(path)).toBe(404);
});

test('only reading is allowed', async () => {
  expect((await fetch(`${origin}/a/b/index.html`, { method: 'POST', body: 'x' })).status).toBe(405);
});

test('a port in use and a port that is none are named', async () => {
  const taken = (server.address() as AddressInfo).port;
  await expect(serve({ dir: folder, port: taken })).rejects.toThrow(`port ${taken} is in use`);
  expect(() => portOf('http')).toThrow('--port http');
  expect(() => portOf('70000')).toThrow('65535');
  expect(portOf('8081')).toBe(8081);
});
