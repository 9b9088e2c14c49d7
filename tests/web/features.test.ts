import { expect, test } from 'vitest';
import { missingFeature } from '../../web/app/features';

const complete = { WebAssembly, Worker: class {}, BigInt64Array };

test('an engine that has everything is told nothing', () => {
  expect(missingFeature(complete)).toBeNull();
});

test('what is missing is named in one sentence, with what to do', () => {
  expect(missingFeature({ ...complete, WebAssembly: undefined })).toMatch(/^This browser lacks WebAssembly\. Use /);
  const old = { ...WebAssembly, validate: () => false } as typeof WebAssembly;
  expect(missingFeature({ ...complete, WebAssembly: old })).toContain('WebAssembly SIMD, WebAssembly exceptions');
  expect(missingFeature({ WebAssembly })).toContain('web workers, BigInt');
});
