// The output pass: workers make and encode boxes, the lead says where each belongs in the file, and the bytes go straight to the
// sink. What the steps counted on the way is handed to them in order.
import type { EncodedStrip } from '../../wasm/webunmix';
import type { OutputSink } from '../sink/sink';
import { planeKey } from './boxes';
import type { Job } from './job';
import { runOrderedPass } from './ordered-pass';

/** As many bytes may wait to be written before workers wait too. */
const pendingBytes = 48 * 2 ** 20;

interface MadeBox {
  strips: EncodedStrip[];
  tally: Uint8Array;
}

export interface OutputRequest {
  name: string;
  compression: string;
  link: string;
}

/** Writes the corrected stack to `sink`, and leaves it finished. Returns its size. */
export async function writeOutput(job: Job, request: OutputRequest, sink: OutputSink): Promise<number> {
  const { crew, plan, progress } = job;
  for (const [step, { enabled }] of plan.steps.entries()) {
    if (!enabled) continue;
    await job.stores.prepare(step);
    progress.endStep(step);
  }

  const options = JSON.stringify({ name: request.name, compression: request.compression });
  await crew.ask('beginWrite', { options, link: request.link });
  const boxes = plan.output?.boxes ?? 0;
  progress.beginOutput('Correcting', boxes);
  const planes = outputPlanes(plan.output?.shape ?? [0, 0, 0, 0, 0], boxes);
  await runOrderedPass<MadeBox>(
    {
      count: boxes,
      planes,
      name: (i) => `box ${i + 1} of ${boxes} of the output (${planes(i).join(', ')})`,
      work: (worker, box) => worker.call('makeOutput', { box, options }),
      take: async (first, made) => {
        const extents = await crew.ask(
          'place',
          {
            first,
            sizes: made.map(({ strips }) => strips.map(({ bytes }) => bytes.length)),
            tallies: made.map(({ tally }) => tally),
          },
          { transfer: made.map(({ tally }) => tally.buffer as ArrayBuffer) },
        );
        for (const [i, { strips }] of made.entries()) {
          for (const [j, { bytes }] of strips.entries()) {
            const extent = extents[i]?.[j];
            if (extent) sink.write(extent.offset, bytes);
          }
        }
        await sink.room(pendingBytes);
        progress.tookOutput(made.length);
      },
    },
    job.passContext,
  );
  progress.beginUncounted('Writing the file');
  for (const { offset, bytes } of await crew.ask('finishWrite', null)) sink.write(offset, bytes);
  return sink.finish();
}

/** The plane that an output box most likely reads: boxes come t by t, z by z, as many to each plane. */
function outputPlanes([t, z]: readonly number[], boxes: number): (box: number) => string[] {
  const zs = z ?? 1;
  const perPlane = boxes / ((t ?? 1) * zs);
  if (!Number.isInteger(perPlane) || perPlane < 1) return () => [];
  return (box) => {
    const plane = Math.floor(box / perPlane);
    return [planeKey(0, Math.floor(plane / zs), plane % zs)];
  };
}
