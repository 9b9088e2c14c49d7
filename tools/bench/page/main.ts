// What the benchmarks measure inside the tab. The program outside chooses the file in the input and calls these by name.
import type { Recipe, RunOptions } from '../../../workers/api';
import { createWebUnmix } from '../../../workers/client';
import type { CopyRequest } from './copy-worker';
import type { DecodeRequest, Decoder } from './decode-worker';
import { flatfieldBench } from './flatfield';

function chosenFile(): File {
  const file = (document.getElementById('file') as HTMLInputElement).files?.[0];
  if (!file) throw new Error('no file was chosen');
  return file;
}

function ask<Answer>(worker: Worker, request: unknown): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer & { error?: string }>) =>
      data.error === undefined ? resolve(data) : reject(new Error(data.error));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

/** Between opening and run somebody looks at the picture. The checksum of the input, begun on opening, uses that time; a run that
 * begins earlier shares the processors with it and waits for it at its end. */
const lookingMilliseconds = 2000;

export const bench = {
  ...flatfieldBench(chosenFile),

  /** Reads the chosen file and writes `bytesOut` bytes. */
  copy(bytesOut: number) {
    const request: CopyRequest = { file: chosenFile(), bytesOut };
    return ask<{ seconds: number }>(new Worker(new URL('./copy-worker.ts', import.meta.url), { type: 'module' }), request);
  },

  decode(decoder: Decoder) {
    const request: DecodeRequest = { file: chosenFile(), decoder };
    return ask<{ seconds: number; bytes: number; checksum: number }>(
      new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' }),
      request,
    );
  },

  /** A whole run: fit, correct, write to the private file system. Opening (workers, wasm, directories) is measured apart. */
  async run(recipeText: string, workers: number, compression: RunOptions['compression']) {
    const file = chosenFile();
    const opening = performance.now();
    const webunmix = await createWebUnmix({ workers });
    const session = await webunmix.open([{ role: 'main', file }]);
    const recipe: Recipe = await webunmix.parseRecipe(recipeText);
    const openSeconds = (performance.now() - opening) / 1000;
    await new Promise((resolve) => setTimeout(resolve, lookingMilliseconds));
    try {
      const started = performance.now();
      const result = await session.run(recipe, { name: 'bench.ome.tif', compression, sink: 'opfs' });
      const seconds = (performance.now() - started) / 1000;
      return {
        seconds,
        openSeconds,
        bytesOut: result.file?.size ?? 0,
        peakHeapBytes: result.peakHeapBytes,
        report: result.report,
      };
    } finally {
      await session.close();
      await webunmix.close();
    }
  },
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
