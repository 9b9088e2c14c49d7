// The commands that run nothing: inspect, schema, example, version. They print to standard output.
import type { Machine } from '../machine';
import { createWebUnmix } from '../node/client';
import { writeWholeFile } from '../node/file-sink';
import { jsonText } from '../node/json-text';
import type { ExampleCommand } from './arguments';
import { refuseExisting, resolveOutput } from './output-path';

async function withMachine<T>(task: (machine: Machine) => Promise<T>): Promise<T> {
  const machine = await createWebUnmix({ workers: 1 });
  try {
    return await task(machine);
  } finally {
    await machine.close();
  }
}

export function inspectText(input: string, axes: string): Promise<string> {
  return withMachine(async (machine) => {
    const { inspections } = await machine.open([{ role: 'main', file: input, axes }]);
    return jsonText(inspections[0]);
  });
}

export function schemaText(): Promise<string> {
  return withMachine(async ({ schema }) => jsonText(schema));
}

export function versionText(): Promise<string> {
  return withMachine(async ({ version }) => `${version}\n`);
}

/** Writes the example and returns its truth. */
export async function exampleText({ output, scene, seed, shape, options, overwrite }: ExampleCommand): Promise<string> {
  const path = await resolveOutput(output);
  if (!overwrite) await refuseExisting([path]);
  return withMachine(async (machine) => {
    const { file, truth } = await machine.example({
      ...options,
      ...(scene === undefined ? {} : { scene }),
      ...(seed === undefined ? {} : { seed }),
      ...(shape === undefined ? {} : { shape }),
    });
    await writeWholeFile({ path, overwrite }, new Uint8Array(await file.arrayBuffer()));
    return jsonText(truth);
  });
}
