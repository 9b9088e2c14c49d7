// `webunmix run`: a recipe over stacks, into a file and its report.
import { basename, dirname, join } from 'node:path';
import type { Recipe, Report, Session, StepKind, StepMap } from '../api';
import { UnmixError } from '../error';
import type { Machine } from '../machine';
import { createWebUnmix } from '../node/client';
import { reportPath, writeWholeFile } from '../node/file-sink';
import { jsonText } from '../node/json-text';
import { nameOfOutput } from '../sink/sink';
import type { RunCommand } from './arguments';
import { refuseExisting, refuseInputs, resolveOutput } from './output-path';
import { planesOutputs, writePlanes } from './planes-command';
import { recipeText } from './recipe-argument';
import { duration, type Terminal, TerminalProgress } from './terminal-progress';
import { UsageError } from './usage-error';

export async function runCommand(command: RunCommand, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const text = await recipeText(command.recipe);
  const output = await resolveOutput(command.output);
  const writesJson = output.endsWith('.json');
  const mains = command.inputs.filter(({ role }) => role === 'main').length;
  const stacks = command.inputs.slice(0, mains).map((_, i) => join(dirname(output), nameOfOutput(basename(output), i, mains)));
  const outputs = writesJson ? [output] : [...stacks, reportPath(output)];
  const planes = await planesOutputs(command, [...outputs]);
  outputs.push(...planes.map(({ path }) => path));
  const inputPaths = command.inputs.map(({ path }) => path);
  await refuseInputs(outputs, inputPaths);
  if (!command.overwrite) await refuseExisting(outputs);

  const machine = await createWebUnmix(command.workers === undefined ? {} : { workers: command.workers });
  const progress = new TerminalProgress(terminal);
  try {
    const recipe = await machine.parseRecipe(text);
    await checkSpecialOptions(command, recipe, machine);
    const session = await machine.open(
      command.inputs.map(({ role, path }) => ({ role, file: path, axes: role === 'main' ? command.axes : '' })),
    );
    checkAxes(session);
    const plan = await session.plan(recipe);
    if (plan.output && writesJson) {
      throw new UsageError(`this recipe writes a stack: -o ${command.output} needs a name such as corrected.ome.tif`);
    }
    if (!plan.output && !writesJson) {
      throw new UsageError(`this recipe only measures: -o ${command.output} needs a name that ends in .json`);
    }
    const started = performance.now();
    const maps: StepMap[] = [];
    const { report } = await session.run(recipe, {
      name: basename(output),
      compression: command.compression,
      sink: { path: output, overwrite: command.overwrite },
      signal,
      ...(planes.length > 0 ? { onMap: (map: StepMap) => maps.push(map) } : {}),
      ...(command.quiet ? {} : { onProgress: (now) => progress.show(now) }),
    });
    if (!plan.output) await writeWholeFile({ path: output, overwrite: command.overwrite }, jsonText(report));
    await writePlanes(planes, maps, { command, recipe, machine, session });
    progress.clear();
    if (command.quiet) return;
    for (const warning of warningsOf(report)) terminal.write(`warning: ${warning}\n`);
    if (terminal.isTTY)
      terminal.write(`${outputs.join(' and ')} written in ${duration((performance.now() - started) / 1000)}\n`);
  } finally {
    progress.clear();
    await machine.close();
  }
}

/** Inputs and options that no step of the recipe would look at are mistakes, and are not passed over in silence. */
async function checkSpecialOptions({ inputs, special }: RunCommand, recipe: Recipe, machine: Machine): Promise<void> {
  const kinds = recipe.steps
    .filter(({ enabled }) => enabled !== false)
    .map(({ step }) => machine.kinds.find(({ name }) => name === step))
    .filter((kind): kind is StepKind => kind !== undefined);
  const used = new Set(kinds.flatMap((kind) => kind.inputs));
  const unusedInput = inputs.find(({ role }) => role !== 'main' && !used.has(role));
  const unusedOption = special.find(({ option }) => !kinds.some((kind) => kind.planes_option === option));
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
  return report.steps.flatMap(({ step, warnings }) => warnings.map((warning) => `${step}: ${warning}`));
}
