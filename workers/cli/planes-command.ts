// `--maps OUT`: the planes that steps of the recipe have learnt, in a file of their own beside the output.
import { basename } from 'node:path';
import type { Recipe, Session, StepMap } from '../api';
import type { Machine } from '../machine';
import { writeWholeFile } from '../node/file-sink';
import { namedPlanes } from '../run/planes-file';
import type { RunCommand } from './arguments';
import { resolveOutput } from './output-path';
import { UsageError } from './usage-error';

export interface PlanesOutput {
  option: string;
  path: string;
}

/** The options that name such a file. `outputs`: what else the run writes. */
export async function planesOutputs({ special }: RunCommand, outputs: readonly string[]): Promise<PlanesOutput[]> {
  const found: PlanesOutput[] = [];
  for (const { option, value } of special.filter(({ option }) => option === 'maps')) {
    const path = await resolveOutput(value);
    if ([...outputs, ...found.map((other) => other.path)].includes(path)) {
      throw new UsageError(`--${option} ${value} is another output of this run: give it a name of its own`);
    }
    if (!/\.tiff?$/i.test(path))
      throw new UsageError(`--${option} ${value}: planes are written as TIFF, such as ${option}.tif`);
    found.push({ option, path });
  }
  return found;
}

/** Writes each file with the planes of those steps that have them under its option. */
export async function writePlanes(
  outputs: readonly PlanesOutput[],
  maps: readonly StepMap[],
  run: { command: RunCommand; recipe: Recipe; machine: Machine; session: Session },
): Promise<void> {
  const optionOf = (step: number) =>
    run.machine.kinds.find(({ name }) => name === run.recipe.steps[step]?.step)?.planes_option ?? '';
  for (const { option, path } of outputs) {
    const chosen = maps.filter((map) => optionOf(map.step) === option);
    const file = await run.machine.planesFile(basename(path), namedPlanes(chosen, run.session.inspections[0]?.channels ?? []));
    const bytes = new Uint8Array(await file.arrayBuffer());
    await writeWholeFile({ path, overwrite: run.command.overwrite }, bytes);
  }
}
