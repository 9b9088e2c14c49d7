// Fits the steps of a recipe, one after another: passes over pixels worked by all, reduced in item order by the lead, with solving
// in slices in between (core/run/step.hpp). Knows the protocol and no method.
import { boxesOf, describeBoxes, planeKey } from './boxes';
import type { Job } from './job';
import { runOrderedPass } from './ordered-pass';

/** Fits the steps from step `from` on; those before it have been loaded. */
export async function fitSteps(job: Job, compare: boolean, from = 0): Promise<void> {
  for (const [step, { enabled }] of job.plan.steps.entries()) {
    if (enabled && step >= from) await fitStep(job, step, compare);
  }
}

async function fitStep(job: Job, step: number, compare: boolean): Promise<void> {
  await job.crew.ask('beginFit', { step, compare });
  await solve(job, step);
  for (;;) {
    const pass = await job.crew.ask('nextPass', { step });
    if (!pass) break;
    await shareState(job, step);
    await job.stores.prepare(step);
    await runPass(job, step, pass);
    await solve(job, step);
  }
  await shareState(job, step);
  job.progress.endStep(step);
}

async function runPass(job: Job, step: number, { label, items }: { label: string; items: Uint8Array[] }): Promise<void> {
  const boxes = items.map(boxesOf);
  // Pure computation, without boxes, is not counted as work on the stack: how long it goes on nobody knows.
  const weights = boxes.map((list) => list.length);
  const planes = boxes.map((list) => [...new Set(list.map(({ input, t, z }) => planeKey(input, t, z)))]);
  job.progress.beginPass(
    step,
    label,
    items.length,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  let solving = false;
  await runOrderedPass<Uint8Array>(
    {
      count: items.length,
      planes: (i) => planes[i] ?? [],
      name: (i) => {
        const place = describeBoxes(boxes[i] ?? []);
        return `item ${i + 1} of ${items.length} of "${label}" (step ${step + 1}, ${job.plan.steps[step]?.step}${place && `; ${place}`})`;
      },
      work: (worker, i) => worker.call('work', { step, item: items[i] as Uint8Array }),
      take: async (first, tallies) => {
        let rest = tallies;
        while (rest.length > 0) {
          const from = first + tallies.length - rest.length;
          const transfer = rest.map((tally) => tally.buffer as ArrayBuffer);
          const outcome = await job.crew.ask('reduce', { step, first: from, tallies: rest }, { transfer });
          const reduced = weights.slice(from, from + rest.length - outcome.rest.length);
          rest = outcome.rest;
          job.progress.took(
            reduced.length,
            reduced.reduce((sum, weight) => sum + weight, 0),
          );
          if (outcome.busy) {
            solving = true;
            await solve(job, step);
            solving = false;
          }
        }
      },
    },
    { ...job.passContext, leadSolves: () => solving },
  );
}

/** Solves until the step is idle, in slices, so that nothing else waits for long. */
async function solve(job: Job, step: number): Promise<void> {
  let busy = true;
  while (busy) {
    const solving = await job.crew.ask('advance', { step });
    busy = solving.busy;
    job.progress.solves(step, busy ? solving.fraction : null);
  }
}

async function shareState(job: Job, step: number): Promise<void> {
  await job.crew.load(step, await job.crew.ask('state', { step }));
}
