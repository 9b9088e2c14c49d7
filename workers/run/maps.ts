// The planes that the steps of a job have learnt, one at a time from the lead to whoever asked for them.
import type { JobOptions, StepMap } from '../api';
import type { Job } from './job';

export async function handOutMaps(job: Job, { onMap }: JobOptions): Promise<void> {
  if (!onMap) return;
  for (const [step, { enabled }] of job.plan.steps.entries()) {
    if (!enabled) continue;
    const maps = JSON.parse(await job.crew.ask('maps', { step })) as Omit<StepMap, 'step' | 'values'>[];
    for (const [index, map] of maps.entries()) {
      const { buffer, byteOffset, byteLength } = await job.crew.ask('map', { step, index });
      onMap({ ...map, step, values: new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer) });
    }
  }
}
