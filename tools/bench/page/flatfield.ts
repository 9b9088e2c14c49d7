// What the benchmarks of flat-field correction measure inside the tab.
import { createWebUnmix } from '../../../workers/client';

export function flatfieldBench(chosenFile: () => File) {
  return {
    /** Fits the recipe once; opening is not counted. The heap is the largest seen meanwhile. */
    async fit(recipeText: string, workers: number) {
      const webunmix = await createWebUnmix({ workers });
      const session = await webunmix.open([{ role: 'main', file: chosenFile() }]);
      const recipe = await webunmix.parseRecipe(recipeText);
      // Workers start and open the file by themselves; planning waits for them.
      await session.plane({ stage: 0, t: 0, z: 0, channels: [0] });
      await new Promise((resolve) => setTimeout(resolve, 500));
      try {
        let heapBytes = 0;
        const started = performance.now();
        await session.fit(recipe, {
          onProgress: (progress) => {
            heapBytes = Math.max(heapBytes, progress.heapBytes);
          },
        });
        return { seconds: (performance.now() - started) / 1000, heapBytes };
      } finally {
        await session.close();
        await webunmix.close();
      }
    },

    /** A whole run by a measured profile of 256 x 256 pixels with a dark-field: nothing is fitted, every pixel is corrected. */
    async correct(recipeText: string, workers: number) {
      const side = 256;
      const webunmix = await createWebUnmix({ workers });
      const flatfield = Float32Array.from({ length: side * side }, (_, i) => 1.2 - ((i % side) / side - 0.5) ** 2);
      const darkfield = new Float32Array(side * side).fill(100);
      const npz = await webunmix.makeNpz([
        { key: 'flatfield', shape: [side, side], values: flatfield },
        { key: 'darkfield', shape: [side, side], values: darkfield },
      ]);
      const session = await webunmix.open([
        { role: 'main', file: chosenFile() },
        { role: 'profile', file: new File([npz], 'profiles.npz') },
      ]);
      try {
        const recipe = await webunmix.parseRecipe(recipeText);
        const started = performance.now();
        const result = await session.run(recipe, { name: 'bench.ome.tif', compression: 'none', sink: 'opfs' });
        const { output_s: outputSeconds } = result.report.times as { output_s: number };
        return { seconds: (performance.now() - started) / 1000, outputSeconds, bytesOut: result.file?.size ?? 0 };
      } finally {
        await session.close();
        await webunmix.close();
      }
    },
  };
}
