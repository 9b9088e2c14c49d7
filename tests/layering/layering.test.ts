// The house's directions: web -> workers -> wasm -> core, and inside core what core/CMakeLists.txt says.
//
// The rooms and what they may import are read from that file, so the build and this test cannot disagree.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder } from '../../tools/lib/hash.mjs';
import { root } from '../../tools/lib/paths.mjs';

interface Room {
  depends: string[];
  external: string[];
}

/** Library headers by the name EXTERNAL gives them (cmake/dependencies.cmake). */
const externalHeaders: Record<string, RegExp> = {
  eigen: /^(unsupported\/)?Eigen\//,
  json: /^nlohmann\//,
  tiff: /^tiff(io|vers|conf)?\.h$/,
  xml: /^pugixml\.hpp$/,
  threads: /^(thread|mutex|condition_variable|shared_mutex|future|semaphore|latch|barrier|stop_token)$/,
};

/** What core may not know of: the platform it runs on, the terminal, and global ways to end the program. */
const foreignToCore = /^(emscripten.*|iostream|csignal|signal\.h|csetjmp|unistd\.h)$/;

function readRooms(): Map<string, Room> {
  const text = readFileSync(join(root, 'core/CMakeLists.txt'), 'utf8');
  const rooms = new Map<string, Room>();
  for (const [, name = '', rest = ''] of text.matchAll(/^webunmix_room\((\w+)([^)]*)\)/gm)) {
    const list = (keyword: string) =>
      new RegExp(`${keyword}((?:\\s+(?!DEPENDS|EXTERNAL)\\w+)+)`).exec(rest)?.[1]?.trim().split(/\s+/) ?? [];
    rooms.set(name, { depends: list('DEPENDS'), external: list('EXTERNAL') });
  }
  return rooms;
}

const rooms = readRooms();

/** The room and everything it may import, directly or through what it depends on. */
function reach(name: string): Set<string> {
  const reached = new Set([name]);
  for (const next of reached) for (const further of rooms.get(next)?.depends ?? []) reached.add(further);
  return reached;
}

function includes(file: string): { line: number; header: string; quoted: boolean }[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const match = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(text);
      return match ? [{ line: index + 1, header: match[2] ?? '', quoted: match[1] === '"' }] : [];
    });
}

const cppUnder = (folder: string) => filesUnder([join(root, folder)]).filter((file) => /\.(cpp|hpp)$/.test(file));
const place = (file: string, line: number) => `${relative(root, file)}:${line}`;

test('core/CMakeLists.txt names every room, each after the rooms it depends on', () => {
  const folders = readdirSync(join(root, 'core')).filter((name) => statSync(join(root, 'core', name)).isDirectory());
  expect(folders.filter((name) => !rooms.has(name))).toEqual([]);
  const seen = new Set<string>();
  for (const [name, { depends }] of rooms) {
    expect(
      depends.filter((other) => !seen.has(other)),
      `rooms ${name} depends on that are not declared before it`,
    ).toEqual([]);
    seen.add(name);
  }
  expect(seen.size).toBeGreaterThan(10);
});

test.each([...rooms.keys()])('core/%s imports only the rooms and libraries it may', (name) => {
  const allowedRooms = reach(name);
  const allowedExternals = new Set([...allowedRooms].flatMap((room) => rooms.get(room)?.external ?? []));
  const wrong: string[] = [];
  for (const file of cppUnder(`core/${name}`)) {
    for (const { line, header, quoted } of includes(file)) {
      const external = Object.entries(externalHeaders).find(([, pattern]) => pattern.test(header))?.[0];
      const room = header.split('/')[0] ?? '';
      if (external ? !allowedExternals.has(external) : quoted && !allowedRooms.has(room))
        wrong.push(`${place(file, line)} ${header}`);
      if (quoted && rooms.has(room) && !/^\w+\/[\w/]+\.hpp$/.test(header)) wrong.push(`${place(file, line)} ${header}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('core knows nothing of the platform and prints nothing', () => {
  const wrong: string[] = [];
  // Files named *_native.cpp are the place for what only a native build has; wasm leaves them out.
  for (const file of cppUnder('core').filter((name) => !name.endsWith('_native.cpp'))) {
    for (const { line, header } of includes(file)) {
      if (foreignToCore.test(header)) wrong.push(`${place(file, line)} <${header}>`);
    }
    readFileSync(file, 'utf8')
      .split('\n')
      .forEach((text, index) => {
        const code = text.replace(/\/\/.*$/, '');
        if (/__EMSCRIPTEN__|\bstd::(cout|cerr|clog|puts|abort|exit|terminate)\b|(?<![\w.])f?printf\s*\(/.test(code)) {
          wrong.push(`${place(file, index + 1)} ${text.trim()}`);
        }
      });
  }
  expect(wrong).toEqual([]);
});

test('wasm imports core and its own headers', () => {
  const own = /^wasm\//;
  const wrong: string[] = [];
  for (const file of cppUnder('wasm')) {
    for (const { line, header, quoted } of includes(file)) {
      const local = quoted && !header.includes('/');
      if (quoted && !local && !own.test(header) && !rooms.has(header.split('/')[0] ?? ''))
        wrong.push(`${place(file, line)} ${header}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Relative and `#` imports of a script: static, dynamic, `new URL(...)`, with the line they stand on. */
function scriptImports(file: string): { line: number; target: string }[] {
  const text = readFileSync(file, 'utf8');
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)(['"])([.#][^'"]*)\1/g;
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    target: match[2] ?? '',
  }));
}

/** For each layer, what its scripts may import. `#webunmix` is the built wasm module. */
const layers: Record<string, string[]> = {
  web: ['web', 'workers'],
  workers: ['workers', 'wasm', '#webunmix'],
};

test.each(Object.keys(layers))('%s imports only the layers below it', (layer) => {
  const files = filesUnder([join(root, layer)]).filter((file) => /\.(ts|tsx|mts|mjs|js)$/.test(file));
  const wrong: string[] = [];
  for (const file of files) {
    for (const { line, target } of scriptImports(file)) {
      const from = target.startsWith('#')
        ? target.replace(/[./].*$/, '')
        : relative(root, resolve(dirname(file), target)).split('/')[0];
      if (!layers[layer]?.includes(from ?? '')) wrong.push(`${place(file, line)} ${target}`);
    }
  }
  expect(files.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});

test('no step, method or setting is named by the drivers', () => {
  const names = ['unmix', 'picasso', 'flatfield', 'detect_gain', 'electrons', 'apply_filters'];
  const drivers = [...cppUnder('core/run'), ...filesUnder([join(root, 'workers/run')])];
  const wrong = drivers.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const literals = [...text.replace(/\/\/.*$/, '').matchAll(/["'`]([a-z_]+)["'`]/g)].map(([, word = '']) => word);
        return literals.some((word) => names.includes(word)) ? [`${place(file, index + 1)} ${text.trim()}`] : [];
      }),
  );
  expect(wrong).toEqual([]);
});
