#!/usr/bin/env node
// A small static file server for dist/: right types, byte ranges, nothing else. The page must work from any static host, so this
// one sends no headers that such a host would not.
//
//   node tools/serve.mjs [--port 8080] [--host 127.0.0.1] [--base /sub/folder/] [--dir dist]
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './lib/paths.mjs';

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/**
 * The file a request path names, or nothing when there is none.
 * @param {string} dir @param {string} base @param {string} path
 */
function fileFor(dir, base, path) {
  if (!path.startsWith(base)) return undefined;
  /** @type {string} */
  let name;
  try {
    name = decodeURIComponent(path.slice(base.length));
  } catch {
    return undefined;
  }
  const file = normalize(join(dir, name === '' || name.endsWith('/') ? `${name}index.html` : name));
  if (!file.startsWith(dir + sep) || file.includes('\0')) return undefined;
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() ? { file, size: stats.size } : undefined;
}

/**
 * The first and last byte of a single `bytes=` range; 'invalid' when it lies outside the file.
 * @param {string | undefined} header @param {number} size
 */
export function parseRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end && start < size ? { start, end } : 'invalid';
}

/**
 * A server for the files of a folder, not yet listening.
 * @param {{ dir: string, base?: string }} options `base` is the path the folder is mounted at: begins and ends with a slash
 */
export function staticServer({ dir, base = '/' }) {
  const folder = resolve(dir);
  return createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    if (`${path}/` === base) return response.writeHead(301, { Location: base }).end();
    const found = fileFor(folder, base, path);
    if (!found) return response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');

    const { file, size } = found;
    const headers = {
      'Content-Type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'no-cache',
    };
    const range = parseRange(request.headers.range, size);
    if (range === 'invalid') return response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
    if (range) {
      const { start, end } = range;
      response.writeHead(206, {
        ...headers,
        'Content-Range': `bytes ${start}-${end}/${size}`,
        'Content-Length': end - start + 1,
      });
    } else {
      response.writeHead(200, { ...headers, 'Content-Length': size });
    }
    if (request.method === 'HEAD' || size === 0) return response.end();
    createReadStream(file, range)
      .on('error', () => response.destroy())
      .pipe(response);
  });
}

/**
 * Listens, and says where. A port that was asked for must be free; without one the next free port from 8080 on is taken.
 * @param {{ dir?: string, base?: string, host?: string, port?: number }} options
 * @returns {Promise<{ server: import('node:http').Server, url: string }>}
 */
export async function serve({ dir = join(root, 'dist'), base = '/', host = '127.0.0.1', port }) {
  const server = staticServer({ dir, base });
  const candidates = port === undefined ? Array.from({ length: 20 }, (_, i) => 8080 + i) : [port];
  for (const candidate of candidates) {
    const free = await new Promise((settle, reject) => {
      server.once('listening', () => settle(true));
      server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
        error.code === 'EADDRINUSE' ? settle(false) : reject(error),
      );
      server.listen(candidate, host);
    });
    server.removeAllListeners('listening').removeAllListeners('error');
    if (!free) continue;
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());
    return { server, url: `http://${host === '127.0.0.1' ? 'localhost' : host}:${address.port}${base}` };
  }
  throw new Error(
    port === undefined
      ? 'ports 8080 to 8099 are all in use: give a free one with --port N'
      : `port ${port} is in use: give another with --port N`,
  );
}

/** @param {string | undefined} text */
export function portOf(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(`--port ${text}: a port is a whole number from 0 to 65535`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, host: { type: 'string' }, base: { type: 'string' }, dir: { type: 'string' } },
  });
  try {
    const { url } = await serve({ ...values, port: portOf(values.port) });
    process.stdout.write(`${url}\n`);
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exitCode = 1;
  }
}
