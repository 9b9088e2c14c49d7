// Hands the test program its own wasm file: the generated loader would `fetch` a file path, which Node refuses.
Module['wasmBinary'] = require('node:fs').readFileSync(__filename.replace(/\.js$/, '.wasm'));
