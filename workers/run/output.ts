// The output pass: workers make and encode boxes, the lead says where each belongs in the file, and the bytes go straight to the
// sink. What the steps counted on the way is handed to them in order.
import type { EncodedStrip } from '../../wasm/webunmix';
import { UnmixError } from '../error';
import { nameOfOutput, type RunOutput } from '../sink/sink';
import { planeKey } from './boxes';
import type { Job } from './job';
import { runOrderedPass } from './ordered-pass';
import { type OutputPlan, parseOutputPlan } from './plan';

/** As many bytes may wait to be written before workers wait too. */
const pendingBytes = 48 * 2 ** 20;

/** Small boxes travel together: as many as make this much, because each journey costs about as long as a box of it takes. */
const bytesTogether = 2 ** 20;
const mostTogether = 64;

interface MadeBox {
  strips: EncodedStrip[];
  tally: Uint8Array;
}

export interface OutputRequest {
  name: string;
  /** Of several stacks, each its own. */
  names: readonly string[];
  compression: string;
  link: string;
}

/** Writes the corrected stacks, one for each main input, and leaves their files finished. */
export async function writeOutput(job: Job, request: OutputRequest, output: RunOutput): Promise<void> {
  for (const [step, { enabled }] of job.plan.steps.entries()) {
    if (!enabled) continue;
    await job.stores.prepare(step);
    job.progress.endStep(step);
  }
  // Fitting may have changed what comes out: asked for again.
  const plan = parseOutputPlan(await job.crew.ask('output', null));
  if (!plan) throw new UnmixError('internal', 'A recipe that only measures was asked for an output.');
  job.progress.beginOutput('Correcting', plan.boxes * plan.stacks);
  for (let stack = 0; stack < plan.stacks; stack += 1) await writeStack(job, request, plan, stack, output);
}

async function writeStack(
  job: Job,
  { name, names, compression, link }: OutputRequest,
  { shape, boxes, stacks, bytes }: OutputPlan,
  stack: number,
  output: RunOutput,
): Promise<void> {
  const { crew, progress } = job;
  const file = (names.length === stacks && names[stack]) || nameOfOutput(name, stack, stacks);
  const options = JSON.stringify({ name: file, compression, stack });
  const sink = await output.create(file);
  await crew.ask('beginWrite', { options, link });
  const planes = outputPlanes(shape, boxes);
  const together = Math.max(1, Math.min(mostTogether, Math.floor((bytesTogether * boxes) / Math.max(bytes, 1))));
  const boxesOf = (group: number) => ({ first: group * together, count: Math.min(together, boxes - group * together) });
  // Buffers of strips that are written go back to the workers, as many to each box as its strips need.
  const spare: ArrayBuffer[] = [];
  let stripsOfBox = 0;
  sink.onWritten = (buffer) => spare.push(buffer);
  await runOrderedPass<MadeBox[]>(
    {
      count: Math.ceil(boxes / together),
      planes: (group) => planes(boxesOf(group).first),
      name: (group) => `box ${boxesOf(group).first + 1} of ${boxes} of ${file}`,
      work: (worker, group) => {
        const { first, count } = boxesOf(group);
        const buffers = spare.splice(0, stripsOfBox * count);
        return worker.call('makeOutput', { first, count, options, spare: buffers }, { transfer: buffers });
      },
      take: async (group, groups) => {
        const { first } = boxesOf(group);
        const made = groups.flat();
        stripsOfBox = made[0]?.strips.length ?? 0;
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
            if (!extent) throw new UnmixError('internal', `Strip ${j} of box ${first + i} was given no place in ${file}.`);
            sink.write(extent.offset, bytes);
          }
        }
        await sink.room(pendingBytes);
        progress.tookOutput(made.length);
      },
    },
    job.passContext,
  );
  for (const { offset, bytes } of await crew.ask('finishWrite', null)) sink.write(offset, bytes);
  await sink.finish();
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
