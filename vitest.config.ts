// Tests in Node: of the workers, of the parts of the page that need no browser, of the house rules and of the docs' examples.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    environment: 'node',
    testTimeout: 60_000,
    // The machine that runs them may have two cores, and worker pools of their own are part of some tests.
    maxWorkers: 2,
  },
});
