// The built program from outside: files in, files and exit codes out, nothing half-written.
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../workers/node/real';
import { run, startProgram } from './program';

const made = mkdtempSync(join(tmpdir(), 'webunmix-test-'));
let stack: Uint8Array;

beforeAll(async () => {
  const ended = await run(['example', 'example.ome.tif', '--scene', 'circles', '--shape', '2,5,2,96,96', '--seed', '1'], made);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  // What is printed is the truth of the scene.
  expect(JSON.parse(ended.stdout)).toMatchObject({ scene: 'circles', alpha: 0.28 });
  stack = readFileSync(join(made, 'example.ome.tif'));
});

afterAll(() => rmSync(made, { recursive: true, force: true }));

/** A folder with the example in it, as in.ome.tif. */
function folderWithStack(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'in.ome.tif'), stack);
  return folder;
}

const files = (folder: string) => readdirSync(folder).toSorted();
const json = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

test('run writes the stack and its report, quietly when nobody watches', async () => {
  const folder = folderWithStack();
  const ended = await run(['run', '/1/unmix?method=corr_min', 'in.ome.tif', '-o', 'out.ome.tif'], folder);
  expect(ended).toMatchObject({ code: 0, stdout: '' });
  expect(ended.stderr).not.toMatch(/%|\r/);
  expect(files(folder)).toEqual(['in.ome.tif', 'out.ome.tif', 'out.ome.tif.json']);
  const report = json(folder, 'out.ome.tif.json');
  expect(report.alpha).toBeGreaterThan(0.26);
  expect(report.alpha).toBeLessThan(0.3);
  const sha256 = createHash('sha256').update(stack).digest('hex');
  expect(report.inputs).toMatchObject([{ name: 'in.ome.tif', size: stack.length, sha256, shape: [2, 5, 2, 96, 96] }]);
  const inspected = await run(['inspect', 'out.ome.tif'], folder);
  expect(JSON.parse(inspected.stdout)).toMatchObject({
    shape: [2, 5, 2, 96, 96],
    type: 'float32',
    axes: 'TZCYX',
    question: null,
  });
});

test('a report, a recipe file and JSON text are recipes too, with the same result', async () => {
  const folder = folderWithStack();
  await run(['run', '/1/unmix?method=corr_min&output_dtype=uint16', 'in.ome.tif', '-o', 'a.tif'], folder);
  const { recipe } = json(folder, 'a.tif.json');
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe));
  const again = { report: 'a.tif.json', file: 'recipe.json', text: JSON.stringify(recipe) };
  for (const [name, argument] of Object.entries(again)) {
    expect(await run(['run', argument, 'in.ome.tif', '-o', `${name}.tif`], folder)).toMatchObject({ code: 0 });
    expect(json(folder, `${name}.tif.json`).recipe).toEqual(recipe);
    expect(json(folder, `${name}.tif.json`).alpha).toBe(json(folder, 'a.tif.json').alpha);
  }
});

test.each(['none', 'deflate', 'zstd', 'lzw'])('--compression %s', async (compression) => {
  const folder = folderWithStack();
  const args = ['run', '/1/unmix?alpha=0.3&output_dtype=uint16', 'in.ome.tif', '-o', 'out.tif', '--compression', compression];
  expect(await run(args, folder)).toMatchObject({ code: 0 });
  expect(JSON.parse((await run(['inspect', 'out.tif'], folder)).stdout)).toMatchObject({ compression, type: 'uint16' });
});

test('a file that is there is replaced only with --overwrite', async () => {
  const folder = folderWithStack();
  const args = ['run', '/1/unmix?alpha=0.3', 'in.ome.tif', '-o', 'out.tif'];
  writeFileSync(join(folder, 'out.tif'), 'mine');
  const refused = await run(args, folder);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^webunmix: .*out\.tif exists already.*--overwrite\.\n$/);
  expect(readFileSync(join(folder, 'out.tif'), 'utf8')).toBe('mine');
  expect(files(folder)).toEqual(['in.ome.tif', 'out.tif']);
  expect(await run([...args, '--overwrite'], folder)).toMatchObject({ code: 0 });
  expect(files(folder)).toEqual(['in.ome.tif', 'out.tif', 'out.tif.json']);
});

test('an output that is the input is refused, with --overwrite too, and the input stays as it is', async () => {
  const folder = folderWithStack();
  symlinkSync('in.ome.tif', join(folder, 'symbolic.tif'));
  linkSync(join(folder, 'in.ome.tif'), join(folder, 'hard.tif'));
  const before = files(folder);
  for (const output of ['in.ome.tif', './in.ome.tif', 'symbolic.tif', 'hard.tif']) {
    const ended = await run(['run', '/1/unmix?alpha=0.3', 'in.ome.tif', '-o', output, '--overwrite'], folder);
    expect(ended.code, output).toBe(1);
    expect(ended.stderr, output).toMatch(/^webunmix: The output .* is the input in\.ome\.tif.*\n$/);
  }
  expect(files(folder)).toEqual(before);
  expect(Buffer.compare(readFileSync(join(folder, 'in.ome.tif')), stack)).toBe(0);
});

test('what is wrong is said in one line, exit code 1, and nothing is left', async () => {
  const folder = folderWithStack();
  writeFileSync(join(folder, 'letter.tif'), 'Dear reader,\nthis is no picture.\n');
  writeFileSync(join(folder, 'empty.tif'), '');
  writeFileSync(join(folder, 'cut.tif'), stack.subarray(0, stack.length >> 1));
  const before = files(folder);
  const cases: [recipe: string, input: string, message: RegExp][] = [
    ['/1/unmix?alpha=-1', 'in.ome.tif', /alpha/],
    ['/1/unmix?methd=mi_min', 'in.ome.tif', /methd.*method/],
    ['/1/unmixx', 'in.ome.tif', /unmixx.*unmix/],
    ['/1/unmix?source_channel=7', 'in.ome.tif', /source_channel/],
    ['in.ome.tif', 'in.ome.tif', /in\.ome\.tif is a TIFF file, no recipe/],
    ['{"steps": [{"step": "\\u001b[31m\\u202e"}]}', 'in.ome.tif', /no step `\\u001b\[31m\\u202e`/],
    [`/1/${'x'.repeat(90_000)}`, 'in.ome.tif', /^.{500,1100}\n$/],
    ['missing.json', 'in.ome.tif', /missing\.json.*no such file/],
    ['{"steps": [', 'in.ome.tif', /JSON|recipe/i],
    ['/1/unmix', 'nothing.tif', /nothing\.tif.*no such file/],
    ['/1/unmix', 'letter.tif', /letter\.tif/],
    ['/1/unmix', 'empty.tif', /empty\.tif/],
    ['/1/unmix', 'cut.tif', /cut\.tif/],
    ['/1/unmix', '.', /\./],
  ];
  for (const [recipe, input, message] of cases) {
    const ended = await run(['run', recipe, input, '-o', 'out.tif'], folder);
    expect(ended, `${recipe} ${input}`).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).toMatch(/^webunmix: [^\n]+\n$/);
    expect(files(folder)).toEqual(before);
  }
  expect(await run(['run', '/1/unmix', 'in.ome.tif', '-o', 'missing/out.tif'], folder)).toMatchObject({ code: 1 });
  expect(files(folder)).toEqual(before);
});

test('a folder as output holds the corrected stack and its report', async () => {
  const folder = folderWithStack();
  mkdirSync(join(folder, 'there'));
  for (const output of ['there', 'made/']) {
    expect(await run(['run', '/1/unmix', 'in.ome.tif', '-o', output], folder)).toMatchObject({ code: 0 });
    expect(files(join(folder, output))).toEqual(['corrected.ome.tif', 'corrected.ome.tif.json']);
  }
  const before = files(folder);
  expect(await run(['run', '/1/unmix?alpha=-3', 'in.ome.tif', '-o', 'new/deep/'], folder)).toMatchObject({ code: 1 });
  expect(files(folder)).toEqual(before);
});

test('inputs and options that no step of the recipe uses are errors', async () => {
  const folder = folderWithStack();
  for (const option of [
    ['--profile', 'in.ome.tif'],
    ['--dark', 'in.ome.tif'],
    ['--level', 'in.ome.tif'],
    ['--grid', '1x1'],
    ['--profiles', 'p.tif'],
    ['--maps', 'm.tif'],
  ]) {
    const ended = await run(['run', '/1/unmix?alpha=0.3', 'in.ome.tif', '-o', 'out.tif', ...option], folder);
    expect(ended.code, option[0]).toBe(1);
    expect(ended.stderr).toMatch(new RegExp(`${option[0]} .*: no step of the recipe /1/unmix\\?alpha=0\\.3 uses it`));
  }
  expect(files(folder)).toEqual(['in.ome.tif']);
});

test('a name in .json for a stack is a mistake of the command', async () => {
  const folder = folderWithStack();
  const ended = await run(['run', '/1/unmix?alpha=0.3', 'in.ome.tif', '-o', 'out.json'], folder);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/writes a stack/);
  expect(files(folder)).toEqual(['in.ome.tif']);
});

test('commands that are not understood exit with 2 and one line', async () => {
  const folder = temporaryFolder();
  for (const args of [
    [],
    ['unmix'],
    ['run'],
    ['run', '/1/unmix', 'in.tif'],
    ['inspect'],
    ['run', '/1/unmix', 'a', '-o', 'b', '--alpha'],
  ]) {
    const ended = await run(args, folder);
    expect(ended, args.join(' ')).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^webunmix: [^\n]+\n$/);
  }
});

test('help, version and schema', async () => {
  const folder = temporaryFolder();
  const help = await run(['--help'], folder);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const command of ['run', 'inspect', 'schema', 'example']) expect(help.stdout).toContain(`webunmix ${command}`);
  expect(await run(['--version'], folder)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const schema = await run(['schema'], folder);
  expect(schema.code).toBe(0);
  expect(JSON.parse(schema.stdout)).toMatchObject({ $schema: expect.stringContaining('json-schema.org') });
});

test('an interrupted run leaves nothing, whenever it is interrupted', async () => {
  const folder = temporaryFolder();
  const big = await run(['example', 'in.ome.tif', '--scene', 'circles', '--shape', '4,12,2,256,256'], folder);
  expect(big.code).toBe(0);
  let interrupted = 0;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    for (const wait of [50, 300, 600]) {
      const { child, ended } = startProgram(
        ['run', '/1/unmix?method=mi_min&alpha_mode=per_t', 'in.ome.tif', '-o', 'out.tif'],
        folder,
      );
      // Its first temporary file shows that it writes; the first wait comes before.
      await new Promise((resolve) => setTimeout(resolve, wait));
      child.kill(signal);
      const outcome = await ended;
      if (outcome.code === 0) {
        rmSync(join(folder, 'out.tif'));
        rmSync(join(folder, 'out.tif.json'));
        continue;
      }
      // A process that has not installed its handlers yet ends as the system ends it.
      if (outcome.code !== null) expect(outcome.code).toBe(code);
      interrupted += 1;
      expect(files(folder)).toEqual(['in.ome.tif']);
    }
  }
  expect(interrupted).toBeGreaterThan(2);
});

test('pages that the file does not explain are asked for, and --axes answers', async () => {
  const folder = folderWithStack();
  mkdirSync(join(folder, 'plain'));
  // The same pixels without metadata: the description is blanked out in place.
  const plain = Buffer.from(stack);
  const begin = plain.indexOf('<?xml');
  const end = plain.indexOf('</OME>') + '</OME>'.length;
  plain.fill(' ', begin, end);
  writeFileSync(join(folder, 'plain/in.tif'), plain);
  const refused = await run(['run', '/1/unmix?alpha=0.3', 'plain/in.tif', '-o', 'out.tif'], folder);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/in\.tif .*20 pages.*--axes/);
  expect(JSON.parse((await run(['inspect', 'plain/in.tif'], folder)).stdout)).toMatchObject({
    shape: null,
    question: { pages: 20 },
  });
  const answered = await run(['run', '/1/unmix?alpha=0.3', 'plain/in.tif', '-o', 'out.tif', '--axes', 'T2Z5C2'], folder);
  expect(answered).toMatchObject({ code: 0 });
  expect(json(folder, 'out.tif.json').inputs[0].shape).toEqual([2, 5, 2, 96, 96]);
});
