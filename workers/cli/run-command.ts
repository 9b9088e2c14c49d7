// `webunmix run`: a recipe over stacks, into a file and its report.
import { basename, dirname, join, resolve } from 'node:path';
import type { Inspection, Recipe, Report, Session, StepKind, StepMap } from '../api';
import { UnmixError } from '../error';
import type { Machine } from '../machine';
import { createWebUnmix } from '../node/client';
import { reportPath, writeWholeFile } from '../node/file-sink';
import { jsonText } from '../node/json-text';
import { nameOfOutput } from '../sink/sink';
import type { InputArgument, RunCommand } from './arguments';
import { oneLine } from './one-line';
import { prepareFolders, refuseExisting, refuseInputs, resolveOutput, withinFolder } from './output-path';
import { planesOutputs, writePlanes } from './planes-command';
import { placeNotes, profileInputs, profileOutputs, takesGrid, withGrid, writeProfiles } from './profiles';
import { recipeText } from './recipe-argument';
import { duration, type Terminal, TerminalProgress } from './terminal-progress';
import { UsageError } from './usage-error';

export async function runCommand(command: RunCommand, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { path, removeEmpty } = await withinFolder(command.output);
  try {
    await run(command, await resolveOutput(path), terminal, signal);
  } catch (error) {
    await removeEmpty();
    throw error;
  }
}

async function run(command: RunCommand, output: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const text = await recipeText(command.recipe);
  const mains = command.inputs.filter(({ role }) => role === 'main').length;
  const writesJson = output.endsWith('.json');
  let outputs = writesJson ? [output] : stackOutputs(output, mains);
  const planes = await planesOutputs(command, outputs);
  const planePaths = planes.map(({ path }) => path);
  outputs.push(...planePaths);
  const inputs = (await Promise.all(command.inputs.map(expanded))).flat();
  const inputPaths = inputs.map(({ path }) => path);
  await refuseInputs(outputs, inputPaths);
  if (!command.overwrite) await refuseExisting(outputs);

  const machine = await createWebUnmix(command.workers === undefined ? {} : { workers: command.workers });
  const progress = new TerminalProgress(terminal);
  let undo: (() => Promise<void>) | null = null;
  try {
    const read = await machine.parseRecipe(text);
    await checkSpecialOptions(command, read, machine);
    const special = (option: string) => command.special.find((each) => each.option === option)?.value;
    const session = await machine.open(
      inputs.map(({ role, path, channel }) => ({
        role,
        file: path,
        axes: role === 'main' ? command.axes : '',
        ...(channel === undefined ? {} : { channel }),
      })),
    );
    checkAxes(session);
    const recipe = withGrid(read, special('grid'), session.layout, machine.kinds);
    const profiles = special('profiles');
    const profilePaths = profiles === undefined ? [] : profileOutputs(resolve(profiles), session.inspections[0] as Inspection);
    await refuseInputs(profilePaths, inputPaths);
    const twice = profilePaths.find((path) => outputs.includes(path));
    if (twice) throw new UsageError(`--profiles ${profiles} is another output of this run: give it a name of its own`);
    if (!command.overwrite) await refuseExisting(profilePaths);
    undo = await prepareFolders([...profilePaths, ...planePaths]);
    const maps: StepMap[] = [];
    const plan = await session.plan(recipe);
    if (plan.output && writesJson) {
      throw new UsageError(`this recipe writes a stack: -o ${command.output} needs a name such as corrected.ome.tif`);
    }
    if (!plan.output && !writesJson) {
      throw new UsageError(`this recipe only measures: -o ${command.output} needs a name that ends in .json`);
    }
    const count = plan.output?.stacks ?? 0;
    if (count > mains) {
      // A file of several images becomes as many stacks.
      outputs = [...stackOutputs(output, count), ...planePaths];
      await refuseInputs(outputs, inputPaths);
      if (!command.overwrite) await refuseExisting(outputs);
    }
    const started = performance.now();
    const { report } = await session.run(recipe, {
      name: basename(output),
      compression: command.compression,
      sink: { path: output, overwrite: command.overwrite },
      signal,
      ...(planes.length + profilePaths.length > 0 ? { onMap: (map: StepMap) => maps.push(map) } : {}),
      ...(command.quiet ? {} : { onProgress: (now) => progress.show(now) }),
    });
    // The report of a recipe that measures comes last: it says that all is there.
    if (profilePaths.length > 0) await writeProfiles(machine, profilePaths, { report, maps, overwrite: command.overwrite });
    undo = null;
    await writePlanes(planes, maps, { command, recipe, machine, session });
    if (!plan.output) await writeWholeFile({ path: output, overwrite: command.overwrite }, jsonText(report));
    progress.clear();
    if (command.quiet) return;
    for (const note of [...(recipe.notes ?? []), ...placeNotes(session, recipe, machine.kinds)])
      terminal.write(`note: ${oneLine(note)}\n`);
    for (const warning of warningsOf(report)) terminal.write(`warning: ${oneLine(warning)}\n`);
    if (terminal.isTTY)
      terminal.write(`${outputs.join(' and ')} written in ${duration((performance.now() - started) / 1000)}\n`);
  } finally {
    progress.clear();
    await undo?.();
    await machine.close();
  }
}

/** The files of `count` stacks and of the report. */
function stackOutputs(output: string, count: number): string[] {
  const stacks = Array.from({ length: count }, (_, i) => join(dirname(output), nameOfOutput(basename(output), i, count)));
  return [...stacks, reportPath(output)];
}

/** A folder of profiles stands for the files in it. */
async function expanded({ role, path }: InputArgument): Promise<(InputArgument & { channel?: string })[]> {
  return role === 'profile' ? (await profileInputs(path)).map((found) => ({ role, ...found })) : [{ role, path }];
}

/** Inputs and options that no step of the recipe would look at are mistakes, and are not passed over in silence. */
async function checkSpecialOptions({ inputs, special }: RunCommand, recipe: Recipe, machine: Machine): Promise<void> {
  const kinds = recipe.steps
    .filter(({ enabled }) => enabled !== false)
    .map(({ step }) => machine.kinds.find(({ name }) => name === step))
    .filter((kind): kind is StepKind => kind !== undefined);
  const used = new Set(kinds.flatMap((kind) => kind.inputs));
  const unusedInput = inputs.find(({ role }) => role !== 'main' && !used.has(role));
  // Whoever takes a profile learns one where none is given.
  const usedOptions = new Set<string>(used.has('profile') ? ['profiles'] : []);
  if (kinds.some(({ name }) => takesGrid(name, kinds))) usedOptions.add('grid');
  for (const { planes_option } of kinds) if (planes_option) usedOptions.add(planes_option);
  const unusedOption = special.find(({ option }) => !usedOptions.has(option));
  const unused = unusedInput ? { option: unusedInput.role, value: unusedInput.path } : unusedOption;
  if (!unused) return;
  const written = await machine.formatRecipe(recipe);
  throw new UnmixError(
    'bad_recipe',
    `--${unused.option} ${unused.value}: no step of the recipe ${written} uses it. Leave it out, or add the step that does.`,
  );
}

function checkAxes(session: Session): void {
  for (const { name, question } of session.inspections) {
    if (!question) continue;
    throw new UnmixError(
      'axes_needed',
      `${name} does not say what its ${question.pages} pages are. Say it with --axes: ${question.choices.join(', ')} (slowest first).`,
    );
  }
}

function warningsOf(report: Report): string[] {
  const outputs = [report.output].flat() as ({ warnings?: string[] } | null)[];
  return [
    ...report.steps.flatMap(({ step, warnings }) => warnings.map((warning) => `${step}: ${warning}`)),
    ...outputs.flatMap((output) => output?.warnings ?? []),
  ];
}
