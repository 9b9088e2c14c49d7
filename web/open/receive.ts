// Files that were dropped or chosen: JSON restores settings, .npz are shading profiles, everything else is a stack.
import { giveProfiles } from '../correct/profiles';
import { restore } from '../correct/recipe';
import { announce } from '../ui/announce';
import { pageError } from '../ui/errors';
import { openError, openFiles, restoredFrom, stack } from './stack';

const isJson = (file: File) => /\.json$/i.test(file.name) || file.type === 'application/json';
const isProfile = (file: File) => /\.npz$/i.test(file.name);

export async function receive(files: File[]): Promise<void> {
  const settings = files.filter(isJson);
  const profiles = files.filter(isProfile);
  const stacks = files.filter((file) => !isJson(file) && !isProfile(file));
  for (const file of settings) await restoreFrom(file);
  if (stacks.length > 0) await openFiles(stacks);
  if (profiles.length > 0) await giveProfiles(profiles);
}

/** A report, a recipe, or the JSON the Python package writes beside its output. */
async function restoreFrom(file: File): Promise<void> {
  openError.value = null;
  try {
    await restore(await file.text());
    if (!stack.value) restoredFrom.value = file.name;
    announce(`Settings restored from ${file.name}.`);
  } catch (error) {
    openError.value = pageError(`No settings could be read from ${file.name}.`, error);
  }
}
