// The wasm module as workers see it: the names and the behaviour that webunmix.d.ts promises.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import createWebUnmix from '#webunmix';
import { buildDir, root } from '../../tools/lib/paths.mjs';
import type { ByteSource, Engine, Outcome, WebUnmixModule } from '../../wasm/webunmix';
import { MemoryFile, unwrap } from './support';

const compiled = new WebAssembly.Module(readFileSync(join(buildDir, 'wasm/webunmix.wasm')));
const module = await createWebUnmix({
  instantiateWasm: (imports, receive) => {
    WebAssembly.instantiate(compiled, imports).then((instance) => receive(instance, compiled));
    return {};
  },
});

const shape = [3, 2, 2, 40, 48];

function exampleFile(compression = 'deflate'): MemoryFile {
  const file = new MemoryFile('circles.ome.tif');
  unwrap(module.writeExample(JSON.stringify({ scene: 'circles', shape, compression }), file));
  return file;
}

function withEngine<T>(task: (engine: Engine) => T): T {
  const engine = new module.Engine();
  try {
    return task(engine);
  } finally {
    engine.delete();
  }
}

/** Fits all steps and writes the output, with one engine as lead and only worker. */
function runAll(engine: Engine, recipe: unknown, sink: MemoryFile, compression = 'deflate'): Record<string, unknown> {
  const plan = JSON.parse(unwrap(engine.setRecipe(JSON.stringify(recipe))));
  for (const step of plan.steps.keys()) {
    unwrap(engine.beginFit(step, false));
    for (;;) {
      const pass = unwrap(engine.nextPass(step));
      if (!pass) break;
      unwrap(engine.load(step, unwrap(engine.state(step))));
      for (let item = 0; item < pass.items; item += 1) {
        unwrap(engine.reduce(step, item, unwrap(engine.work(step, unwrap(engine.passItem(item))))));
        while (unwrap(engine.advance(step, 1e5)).busy);
      }
    }
  }
  const options = JSON.stringify({ name: sink.name, compression });
  unwrap(engine.beginWrite(options, 'https://example.org/#/1/unmix', sink));
  for (let box = 0; box < plan.output.boxes; box += 1) {
    const { strips, tally } = unwrap(engine.makeOutput(box, options));
    const extents = unwrap(
      engine.place(
        box,
        strips.map(({ bytes }) => bytes.length),
      ),
    );
    for (const [i, { bytes }] of strips.entries()) sink.write(extents[i]?.offset ?? 0, bytes);
    unwrap(engine.reduceOutput(box, tally));
  }
  unwrap(engine.finishWrite());
  return JSON.parse(unwrap(engine.report('{}')));
}

function planeOf(engine: Engine, stage: number, t = 0, z = 0): Float32Array {
  const box = { input: 0, t, z, channels: [0, 1], y_begin: 0, y_end: shape[3] };
  const view = unwrap(engine.view(stage, JSON.stringify(box)));
  expect(view).toMatchObject({ type: 'float32', width: shape[4], height: shape[3] });
  return new Float32Array(view.bytes.buffer, view.bytes.byteOffset, view.bytes.length / 4);
}

const unmix = (settings: object) => ({ steps: [{ step: 'unmix', settings }] });

function expectError<T>(outcome: Outcome<T>, tag: string, words: string): void {
  expect(outcome).toMatchObject({ ok: false, tag });
  expect((outcome as { message: string }).message).toContain(words);
}

afterEach(() => expect(module.liveObjects()).toBe(0));

describe('names', () => {
  const declared = readFileSync(join(root, 'wasm/webunmix.d.ts'), 'utf8');
  const membersOf = (name: string) => {
    const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(declared)?.[1] ?? '';
    return [...body.matchAll(/^ {2}(\w+)[(:]/gm)].map(([, member]) => member as string).sort();
  };

  test('an engine has the methods of webunmix.d.ts and no others', () => {
    const own = Object.getOwnPropertyNames(module.Engine.prototype).filter((name) => name !== 'constructor');
    // delete() is Embind's, and inherited.
    expect([...own, 'delete'].sort()).toEqual(membersOf('Engine'));
    withEngine((engine) => expect(typeof engine.delete).toBe('function'));
  });

  test('the module has the functions of webunmix.d.ts, and the binding no others', () => {
    const names = membersOf('WebUnmixModule');
    for (const name of names) expect(typeof module[name as keyof WebUnmixModule], name).toBe('function');
    const binding = readFileSync(join(root, 'wasm/module.cpp'), 'utf8');
    const bound = [...binding.matchAll(/(?:emscripten::function|class_<\w+>)\("(\w+)"/g)].map(([, name]) => name as string);
    expect(bound.sort()).toEqual(names);
  });
});

describe('a run', () => {
  test('fits, corrects, writes, and leaves nothing alive', () => {
    const input = exampleFile();
    const output = new MemoryFile('corrected.ome.tif');
    const { report, shown } = withEngine((engine) => {
      expect(JSON.parse(unwrap(engine.openInput('main', input, ''))).shape).toEqual(shape);
      const written = runAll(engine, unmix({ method: 'linear_fit' }), output);
      return { report: written, shown: planeOf(engine, 1, 2, 1) };
    });
    const alpha = report.alpha as number;
    expect(alpha).toBeGreaterThan(0.1);
    expect(report.output).toMatchObject({ name: 'corrected.ome.tif', size: output.size, shape, type: 'float32' });

    withEngine((engine) => {
      unwrap(engine.openInput('main', input, ''));
      unwrap(engine.openInput('main', output, ''));
      const raw = planeOf(engine, 0, 2, 1);
      const box = { input: 1, t: 2, z: 1, channels: [0, 1], y_begin: 0, y_end: shape[3] };
      const view = unwrap(engine.view(0, JSON.stringify(box)));
      const corrected = new Float32Array(view.bytes.buffer);
      expect(corrected).toEqual(shown);
      const plane = corrected.length / 2;
      for (let i = 0; i < plane; i += 37) {
        const expected = Math.max(0, (raw[plane + i] ?? 0) - alpha * (raw[i] ?? 0));
        expect(Math.abs((corrected[plane + i] ?? -1) - expected)).toBeLessThan(1e-3);
        expect(corrected[i]).toBe(raw[i]);
      }
    });
  });

  test('gives the same on an engine that opened the file from another one’s index', () => {
    const input = exampleFile('lzw');
    const files = [new MemoryFile('a.ome.tif'), new MemoryFile('a.ome.tif')];
    const index = withEngine((engine) => {
      unwrap(engine.openInput('main', input, ''));
      runAll(engine, unmix({ method: 'mi_min' }), files[0] as MemoryFile);
      return unwrap(engine.inputIndex(0));
    });
    withEngine((engine) => {
      unwrap(engine.openIndexed('main', input, index));
      runAll(engine, unmix({ method: 'mi_min' }), files[1] as MemoryFile);
    });
    expect(files[1]?.bytes).toEqual(files[0]?.bytes);
  });

  test('can read its input from a store', () => {
    withEngine((engine) => {
      unwrap(engine.openInput('main', exampleFile('zstd'), ''));
      unwrap(engine.setRecipe(JSON.stringify(unmix({ method: 'mi_min' }))));
      unwrap(engine.beginFit(0, false));
      unwrap(engine.nextPass(0));
      const raw = planeOf(engine, 0);
      // The stack is small enough to be kept in memory: a store is not wanted, but it can be made.
      expect(engine.wantsStore(0)).toBe(false);
      const { boxes, bytes } = JSON.parse(unwrap(engine.storePlan(0)));
      const plan = unwrap(engine.storeBoxes(0));
      const store = new MemoryFile('store');
      for (let i = 0; i < boxes; i += 1) {
        const stored = unwrap(engine.storeBox(0, plan, i));
        store.write(store.size, stored.bytes);
        unwrap(engine.reduceStored(0, plan, stored.tally));
      }
      expect(store.size).toBe(bytes);
      unwrap(engine.useStore(0, plan, store));
      const reads = store.reads;
      expect(planeOf(engine, 0)).toEqual(raw);
      expect(store.reads).toBeGreaterThan(reads);
      engine.dropStore(0);
      expect(planeOf(engine, 0)).toEqual(raw);
    });
  });
});

describe('errors', () => {
  test('of a source keep their tag, and anything thrown becomes one', () => {
    const file = exampleFile();
    const thrown: [unknown, string, string][] = [
      [Object.assign(new Error('the file has changed'), { tag: 'bad_file' }), 'bad_file', 'the file has changed'],
      [new Error('no permission'), 'read_failed', 'no permission'],
      [Object.assign(new Error('odd'), { tag: 'no_such_tag' }), 'read_failed', 'odd'],
      ['a text', 'read_failed', 'a text'],
      [undefined, 'read_failed', ''],
    ];
    for (const [error, tag, words] of thrown) {
      const source: ByteSource = {
        size: file.size,
        name: file.name,
        read: () => {
          throw error;
        },
      };
      withEngine((engine) => expectError(engine.openInput('main', source, ''), tag, words));
    }
  });

  test('of a sink end the writing', () => {
    withEngine((engine) => {
      unwrap(engine.openInput('main', exampleFile(), ''));
      const sink = new MemoryFile('full.ome.tif');
      sink.write = (offset, bytes) => {
        if (offset < 16 && bytes.length > 16) throw Object.assign(new Error('the disk is full'), { tag: 'write_failed' });
        MemoryFile.prototype.write.call(sink, offset, bytes);
      };
      expect(() => runAll(engine, unmix({ alpha: 0.2 }), sink)).toThrow('the disk is full');
    });
    expectError(
      module.writeExample(JSON.stringify({ scene: 'circles', shape }), {
        write: () => {
          throw new Error('no room');
        },
      }),
      'write_failed',
      'no room',
    );
  });

  test('are outcomes, never exceptions', () => {
    withEngine((engine) => {
      expectError(engine.openInput('nobody', exampleFile(), ''), 'bad_setting', 'nobody');
      expectError(engine.openInput('main', MemoryFile.of('text.tif', 'just text'), ''), 'bad_file', 'text.tif');
      expectError(engine.openInput('main', MemoryFile.of('empty.tif', ''), ''), 'bad_file', 'empty.tif');
      expectError(engine.setRecipe('{'), 'bad_recipe', 'not JSON');
      expectError(engine.setRecipe('{"steps": 1}'), 'bad_recipe', 'steps');
      expectError(engine.beginFit(0, false), 'internal', 'No recipe');
      expectError(engine.nextPass(3), 'internal', 'No recipe');
      expectError(engine.view(0, '{}'), 'internal', '');
      expectError(engine.makeOutput(0, '[]'), 'internal', '');
      expectError(engine.report('nonsense'), 'internal', 'not JSON');
      expectError(engine.load(0, new Uint8Array(3)), 'internal', '');
      expect(engine.wantsStore(0)).toBe(false);
      unwrap(engine.openInput('main', exampleFile(), ''));
      unwrap(engine.setRecipe(JSON.stringify(unmix({}))));
      expectError(engine.load(0, new Uint8Array(3)), 'internal', '');
      expectError(engine.work(0, new Uint8Array(3)), 'internal', '');
      expectError(engine.reduceOutput(0, new Uint8Array(3)), 'internal', '');
    });
    expectError(module.parseRecipe('/1/unmx'), 'bad_recipe', 'unmix');
    expectError(module.formatRecipe('null'), 'bad_recipe', '');
    expectError(module.writeExample('{"scene": "circle"}', new MemoryFile('x')), 'bad_setting', 'circles');
  });

  test('when memory runs out leave a module that still works', () => {
    withEngine((engine) => {
      unwrap(engine.openInput('main', exampleFile(), ''));
      unwrap(engine.setRecipe(JSON.stringify(unmix({}))));
      const before = module.heapBytes();
      for (const bytes of [2 ** 31, 2 ** 31 - 2 ** 16]) {
        expectError(engine.load(0, new Uint8Array(bytes)), 'out_of_memory', 'not enough memory');
      }
      expect(module.heapBytes()).toBe(before);
      expect(runAll(engine, unmix({}), new MemoryFile('after.ome.tif')).alpha).toBeGreaterThan(0);
    });
  });
});

test('recipes go from text to JSON and back', () => {
  const recipe = unwrap(module.parseRecipe('/1/unmix?method=mi_min&bidirectional=true'));
  expect(JSON.parse(recipe).steps[0]).toMatchObject({ step: 'unmix', settings: { method: 'mi_min', bidirectional: true } });
  expect(unwrap(module.formatRecipe(recipe))).toBe('/1/unmix?method=mi_min&bidirectional=true');
});

test('the module tells its steps, its schema, its version and its memory', () => {
  const kinds = JSON.parse(module.stepKinds());
  expect(kinds.map(({ name }: { name: string }) => name)).toContain('unmix');
  expect(JSON.parse(module.schema()).$schema).toContain('json-schema.org');
  expect(module.version()).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
  expect(module.heapBytes()).toBeGreaterThan(2 ** 20);
});

test('bytes that come out are the caller’s own', () => {
  withEngine((engine) => {
    unwrap(engine.openInput('main', exampleFile(), ''));
    const index = unwrap(engine.inputIndex(0));
    expect(index.byteLength).toBe(index.buffer.byteLength);
    const before = index.slice();
    unwrap(engine.openIndexed('main', exampleFile(), index));
    unwrap(engine.view(0, JSON.stringify({ input: 0, t: 0, z: 0, channels: [0], y_begin: 0, y_end: 40 })));
    expect(index).toEqual(before);
  });
});
