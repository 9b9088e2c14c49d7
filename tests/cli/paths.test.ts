// Which files a command may write: never an input under another name, never a folder, and an existing file only when asked to.
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { refuseExisting, refuseInputs, resolveOutput } from '../../workers/cli/output-path';
import { recipeText } from '../../workers/cli/recipe-argument';

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'webunmix-test-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('an output is where its links lead', async () => {
  const dir = folder();
  mkdirSync(join(dir, 'real'));
  symlinkSync(join(dir, 'real'), join(dir, 'link'));
  expect(await resolveOutput(join(dir, 'link', 'out.tif'))).toBe(join(dir, 'real', 'out.tif'));
  expect(await resolveOutput(relative(process.cwd(), join(dir, 'real', '..', 'out.tif')))).toBe(join(dir, 'out.tif'));
  writeFileSync(join(dir, 'real', 'old.tif'), '');
  symlinkSync(join(dir, 'real', 'old.tif'), join(dir, 'alias.tif'));
  expect(await resolveOutput(join(dir, 'alias.tif'))).toBe(join(dir, 'real', 'old.tif'));
  await expect(resolveOutput(join(dir, 'real'))).rejects.toThrow(/is a folder/);
  await expect(resolveOutput(join(dir, 'nowhere', 'out.tif'))).rejects.toThrow(/no folder .*nowhere/);
});

test('an output that is an input is refused: by name, symbolic link, hard link and through folders', async () => {
  const dir = folder();
  const input = join(dir, 'in.tif');
  writeFileSync(input, 'pixels');
  symlinkSync(input, join(dir, 'symbolic.tif'));
  linkSync(input, join(dir, 'hard.tif'));
  symlinkSync(dir, join(dir, 'round'));
  for (const name of ['in.tif', 'symbolic.tif', 'hard.tif', 'round/in.tif']) {
    const output = await resolveOutput(join(dir, name));
    await expect(refuseInputs([output, `${output}.json`], [input]), name).rejects.toMatchObject({
      tag: 'write_failed',
      message: expect.stringContaining('is the input in.tif'),
    });
    // And the other way round.
    await expect(refuseInputs([input], [join(dir, name)]), name).rejects.toMatchObject({ tag: 'write_failed' });
  }
  writeFileSync(join(dir, 'out.tif.json'), '{}');
  await expect(refuseInputs([join(dir, 'out.tif'), join(dir, 'out.tif.json')], [join(dir, 'out.tif.json')])).rejects.toThrow();
  await refuseInputs([join(dir, 'out.tif')], [input, join(dir, 'missing.tif')]);
});

test('a file that exists is refused', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'out.tif.json'), '');
  await expect(refuseExisting([join(dir, 'out.tif'), join(dir, 'out.tif.json')])).rejects.toThrow(
    /out\.tif\.json exists already.*--overwrite/,
  );
  await refuseExisting([join(dir, 'out.tif')]);
});

test('a recipe is a file when there is one, else JSON or the string form', async () => {
  const dir = folder();
  const file = join(dir, 'recipe.json');
  writeFileSync(file, '{"version":1}');
  expect(await recipeText(file)).toBe('{"version":1}');
  expect(await recipeText('  {"steps":[]}')).toBe('  {"steps":[]}');
  expect(await recipeText('/1/unmix?method=mi_min&alpha_max=0.5')).toBe('/1/unmix?method=mi_min&alpha_max=0.5');
  expect(await recipeText(`/1/unmix?${'x'.repeat(5000)}`)).toMatch(/^\/1\/unmix/);
  await expect(recipeText(join(dir, 'missing.json'))).rejects.toMatchObject({
    tag: 'bad_recipe',
    message: expect.stringContaining('there is no such file'),
  });
  await expect(recipeText(dir)).rejects.toMatchObject({ tag: 'bad_recipe', message: expect.stringContaining('is a folder') });
});
