// THIRD-PARTY-NOTICES.md names everything that travels in the page, and the built texts are really there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { npmNotices, thirdPartyNotices } from '../../tools/build/notices.mjs';
import { root } from '../../tools/lib/paths.mjs';
import { libraries } from '../../tools/setup/third-party.mjs';

const list = readFileSync(join(root, 'THIRD-PARTY-NOTICES.md'), 'utf8').toLowerCase();
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

describe('THIRD-PARTY-NOTICES', () => {
  test.each([...Object.keys(dependencies), ...libraries().map(({ name }) => name)])('%s is in the list', (name) => {
    expect(list).toContain(`[${name.toLowerCase()}]`);
  });

  test('each licence in the list of compiled libraries is the one the build records', () => {
    for (const { name, licence } of libraries()) {
      const row = list.split('\n').find((line) => line.startsWith(`| [${name}]`));
      expect(row, name).toContain(`| ${licence.toLowerCase()} |`);
    }
  });

  test('every npm package that is bundled brings a licence text', () => {
    const notices = npmNotices();
    expect(notices.length).toBeGreaterThanOrEqual(Object.keys(dependencies).length);
    for (const { name, licence, text } of notices) {
      expect(licence, name).not.toBe('');
      expect(text.length, name).toBeGreaterThan(200);
    }
  });

  test('the text holds the licences of compiled and of header-only libraries', () => {
    const text = thirdPartyNotices();
    expect(text).toContain('Jean-loup Gailly');
    expect(text).toContain('Sam Leffler');
    expect(text).toContain('Mozilla Public License');
    expect(text).toContain('Niels Lohmann');
  });
});
