// Upstream archives: what is unpacked is what was pinned, and everything else is refused by name.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromUpstream, libraries } from '../../tools/setup/third-party.mjs';

const folder = mkdtempSync(join(tmpdir(), 'webunmix-sources-'));
const archive = join(folder, 'tiny-1.0.tar.gz');
const server = createServer((request, response) => {
  if (request.url === '/moved.tar.gz') response.writeHead(302, { Location: '/tiny.tar.gz' }).end();
  else if (request.url === '/tiny.tar.gz') response.writeHead(200).end(readFileSync(archive));
  else response.writeHead(404).end();
});
const log = createWriteStream(join(folder, 'log'));
const stage = { log, cores: 1 };
let sha256 = '';
let origin = '';

beforeAll(async () => {
  mkdirSync(join(folder, 'tiny-1.0'));
  writeFileSync(join(folder, 'tiny-1.0/tiny.c'), 'int tiny;\n');
  execFileSync('tar', ['-czf', archive, '-C', folder, 'tiny-1.0']);
  sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await new Promise((closed) => log.end(closed));
  rmSync(folder, { recursive: true });
});

const tiny = (path: string, pinned = sha256) => [{ name: 'tiny', version: '1.0', url: `${origin}${path}`, sha256: pinned }];

test('an archive with the pinned SHA-256 is unpacked, through redirects too', async () => {
  const into = join(folder, 'good');
  mkdirSync(into);
  expect(await fromUpstream(stage, into, tiny('/moved.tar.gz'))).toEqual(['tiny 1.0']);
  expect(readFileSync(join(into, 'tiny/tiny.c'), 'utf8')).toBe('int tiny;\n');
});

test('another archive is refused, with both hashes named, and nothing is unpacked', async () => {
  const into = join(folder, 'bad');
  mkdirSync(into);
  const pinned = '0'.repeat(64);
  await expect(fromUpstream(stage, into, tiny('/tiny.tar.gz', pinned))).rejects.toThrow(
    `${origin}/tiny.tar.gz has SHA-256 ${sha256}, not ${pinned}`,
  );
  expect(existsSync(join(into, 'tiny'))).toBe(false);
});

test('a missing archive and a server that is not there are named', async () => {
  await expect(fromUpstream(stage, folder, tiny('/none.tar.gz'))).rejects.toThrow(
    `${origin}/none.tar.gz: the server answered 404`,
  );
  const nowhere = [{ name: 'tiny', version: '1.0', url: 'http://127.0.0.1:1/tiny.tar.gz', sha256 }];
  await expect(fromUpstream(stage, folder, nowhere)).rejects.toThrow('http://127.0.0.1:1/tiny.tar.gz');
});

test('every library is pinned: an https address that names the version, a SHA-256, a licence', () => {
  for (const { name, version, url, sha256: pinned, licence, licenceFile } of libraries()) {
    expect(url, name).toMatch(/^https:\/\//);
    expect(url, name).toContain(version);
    expect(pinned, name).toMatch(/^[0-9a-f]{64}$/);
    expect(licence.length * licenceFile.length, name).toBeGreaterThan(0);
  }
});
