// What the program cannot do without. Tiny modules that use a feature tell whether the browser knows it
// (after github.com/GoogleChromeLabs/wasm-feature-detect).

/** A function that splats and counts lanes. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
/** A function with try and catch_all. */
const EXCEPTIONS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11];

/** One sentence on what is missing, or null when everything is there. */
export function missingFeature(
  host: { WebAssembly?: typeof WebAssembly; Worker?: unknown; BigInt64Array?: unknown } = globalThis,
): string | null {
  const { WebAssembly: wasm } = host;
  const missing = [
    !host.Worker && 'web workers',
    !wasm && 'WebAssembly',
    wasm && !wasm.validate(new Uint8Array(SIMD)) && 'WebAssembly SIMD',
    wasm && !wasm.validate(new Uint8Array(EXCEPTIONS)) && 'WebAssembly exceptions',
    !host.BigInt64Array && 'BigInt',
  ].filter(Boolean);
  if (missing.length === 0) return null;
  return `This browser lacks ${missing.join(', ')}. Use Chrome or Edge 108, Firefox 114, Safari 16.4, or newer.`;
}
