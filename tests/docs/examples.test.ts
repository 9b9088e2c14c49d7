// The examples of README and docs/ are run as they stand there: commands of the command line, recipes, and snippets of C++.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../tools/lib/paths.mjs';

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Snippet {
  page: string;
  language: string;
  text: string;
}

/** The fenced blocks of a Markdown file. */
function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', body = '']) => ({
    page,
    language,
    text: body,
  }));
}

const snippets = pages.flatMap(snippetsOf);

/** A shell line as words: single quotes keep a word together, as a shell's do. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'webunmix-docs-'));
  // The file that examples call theirs.
  webunmix('example', 'stack.ome.tif', '--shape', '2,4,2,96,96');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function webunmix(...args: string[]): string {
  return execFileSync(process.execPath, [join(root, 'dist-cli/webunmix.mjs'), ...args], { cwd: folder, encoding: 'utf8' });
}

describe('commands', () => {
  const commands = snippets
    .filter(({ language }) => language === 'sh')
    .flatMap(({ page, text }) =>
      text
        .split('\n')
        .map((line) => line.replace(/\s+#.*$/, '').trim())
        .filter((line) => line.startsWith('npx webunmix '))
        .map((line) => ({ page, line })),
    );

  it('are shown', () => {
    expect(commands.length).toBeGreaterThan(3);
  });

  it.each(commands)('$page: $line', ({ line }) => {
    const output = words(line).slice(2);
    const named = output.indexOf('-o');
    if (named >= 0) {
      webunmix(...output, '--overwrite');
      expect(readdirSync(folder)).toContain(output[named + 1]);
    } else {
      expect(webunmix(...output)).toMatch(/^\s*\{/);
    }
  });
});

describe('recipes', () => {
  const recipes = snippets
    .map(({ page, language, text }) => ({ page, language, recipe: text.trim() }))
    .filter(
      ({ language, recipe }) =>
        (language === 'json' && recipe.includes('"steps"') && !recipe.includes('"learnt"')) || /^\/1\/\S+$/.test(recipe),
    );

  it('are shown', () => {
    expect(recipes.length).toBeGreaterThan(1);
  });

  it.each(recipes)('$page: $recipe', ({ recipe }) => {
    webunmix('run', recipe, 'stack.ome.tif', '-o', 'from-recipe.ome.tif', '--overwrite');
    expect(readdirSync(folder)).toContain('from-recipe.ome.tif');
  });
});

describe('C++', () => {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const tested = lines(readFileSync(join(root, 'tests/core/unmix/readme_test.cpp'), 'utf8'));

  it.each(snippets.filter(({ page, language }) => language === 'cpp' && page === 'README.md'))(
    '$page: the snippet is one that a test compiles and checks',
    ({ text }) => {
      for (const line of lines(text)) expect(tested).toContain(line);
    },
  );
});
