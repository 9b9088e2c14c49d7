// Shading profiles on the command line: which files `--profile` means, and what `--profiles` writes of what was fitted.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inspection, Recipe, Report, Session, StepKind, StepMap, TileGrid } from '../api';
import { UnmixError } from '../error';
import type { Machine } from '../machine';
import { writeWholeFile } from '../node/file-sink';
import { channelLabel } from '../profile/channels';
import { fittedProfiles, profileArrays } from '../profile/fitted';
import { UsageError } from './usage-error';

/** The file of one channel in a folder of profiles. */
const memberName = 'profiles.npz';

export interface ProfileInput {
  path: string;
  /** Whose profile it is; left out: of all channels. */
  channel?: string;
}

/** A file is itself; a folder stands for the profiles in its sub-folders, which bear the names of the channels. */
export async function profileInputs(path: string): Promise<ProfileInput[]> {
  if (!(await stat(path).catch(() => null))?.isDirectory()) return [{ path }];
  const found: ProfileInput[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const member = join(path, entry.name, memberName);
    if (entry.isDirectory() && (await stat(member).catch(() => null))) found.push({ path: member, channel: entry.name });
  }
  if (found.length > 0) return found.sort((a, b) => a.path.localeCompare(b.path));
  throw new UnmixError(
    'bad_file',
    `The folder ${path} holds no profiles: in a sub-folder for each channel, named as the channel, there must be a ${memberName}.`,
  );
}

/** Whether a step asks how tiles lie. */
export function takesGrid(step: string, kinds: readonly StepKind[]): boolean {
  return kinds.some(({ name, settings }) => name === step && settings.some((setting) => setting.name === 'grid'));
}

/**
 * The recipe with the grid of the tiles in every step that asks for one: what `--grid 3x4` says, or else, where the step names no
 * grid, how the files say that their tiles lie.
 */
export function withGrid(
  recipe: Recipe,
  given: string | undefined,
  layout: TileGrid | null,
  kinds: readonly StepKind[],
): Recipe {
  const value = given?.split('x').map(Number) ?? (layout && layout.rows > 1 ? [layout.rows, layout.columns] : null);
  if (!value) return recipe;
  const steps = recipe.steps.map((step) => {
    const own = step.settings.grid ?? null;
    if (!takesGrid(step.step, kinds) || (given === undefined && own !== null)) return step;
    if (own !== null && JSON.stringify(own) !== JSON.stringify(value)) {
      throw new UsageError(`--grid ${given}: the recipe's step ${step.step} has grid=${JSON.stringify(own)}; say it once`);
    }
    return { ...step, settings: { ...step.settings, grid: value } };
  });
  return { ...recipe, steps };
}

/** What should be known of how tiles were placed: their files and the recipe do not agree, or the files do not tell it all. */
export function placeNotes(session: Session, recipe: Recipe, kinds: readonly StepKind[]): string[] {
  const grids = recipe.steps
    .filter(({ step, enabled }) => enabled !== false && takesGrid(step, kinds))
    .map(({ settings }) => settings.grid);
  const { layout, inspections } = session;
  if (grids.length === 0) return [];
  if (layout) {
    const said = grids.find((grid) => Array.isArray(grid) && (grid[0] !== layout.rows || grid[1] !== layout.columns));
    if (!Array.isArray(said)) return [];
    return [
      `the files say that the tiles lie in ${layout.rows} rows and ${layout.columns} columns, and are in that order; the recipe says ${said[0]} rows and ${said[1]} columns`,
    ];
  }
  const placed = inspections.filter(({ stage_position: stage }) => stage !== null).length;
  return placed > 1
    ? [
        'the places that the files give fill no rectangle without gaps: the tiles are numbered in the order in which they were given',
      ]
    : [];
}

/**
 * Where `--profiles OUT` writes: one file, its arrays channels x rows x columns when there are several channels, when OUT is named
 * .npz; else a folder with a file for each channel.
 */
export function profileOutputs(out: string, inspection: Inspection): string[] {
  if (/\.npz$/i.test(out)) return [out];
  const names = inspection.channels.map(({ name }) => name);
  const labels = names.map((_, channel) => channelLabel(names, channel));
  for (const [i, label] of labels.entries()) {
    // Names come out of files: none may lead to another place than OUT.
    if (/[\\/\0]/.test(label) || /^\.{1,2}$/.test(label) || label.length > 120 || labels.indexOf(label) !== i) {
      throw new UsageError(
        `--profiles ${out}: the channel name "${label.slice(0, 80)}" cannot be a folder of its own. Name a file, such as profiles.npz, for all channels.`,
      );
    }
  }
  return labels.map((label) => join(out, label, memberName));
}

/** Writes the profiles of the last step that has fitted any. */
export async function writeProfiles(
  machine: Machine,
  outputs: readonly string[],
  { report, maps, overwrite }: { report: Report; maps: readonly StepMap[]; overwrite: boolean },
): Promise<void> {
  const profiles = fittedProfiles(report, maps);
  if (profiles.length === 0) throw new UnmixError('internal', 'No step of the recipe has fitted a profile.');
  for (const [i, path] of outputs.entries()) {
    const arrays = profileArrays(outputs.length === 1 ? profiles : profiles.slice(i, i + 1));
    await writeWholeFile({ path, overwrite }, await machine.makeNpz(arrays));
  }
}
