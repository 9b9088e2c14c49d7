// Profiles that were dropped or chosen: given to the open stack, for the step that takes them; without such a step one is added.
import { kinds } from '../app/backend';
import { step } from '../app/steps';
import { folderOf } from '../open/dropped';
import { giveInputs, inputsError, type SideInput } from '../open/inputs';
import { openError, stack } from '../open/stack';
import { announce } from '../ui/announce';
import { insertStep, openStep, recipe } from './recipe';

/** Several profiles are of one channel each, which the folder's name tells. */
export function labelled(files: File[]): SideInput[] {
  if (files.length === 1 && files[0]) return [{ file: files[0] }];
  return files.map((file) => {
    const channel = folderOf(file);
    return channel === null ? { file } : { file, channel };
  });
}

export async function giveProfiles(files: File[]): Promise<void> {
  const names = files.map(({ name }) => name).join(', ');
  if (!stack.value) {
    openError.value = {
      title: `${names} cannot be opened alone.`,
      message: 'It is a shading profile: open the stack that it belongs to first, then drop it again.',
      tag: 'bad_file',
    };
    return;
  }
  const takes = kinds.value.filter(({ inputs }) => inputs.includes('profile'));
  if (!(await giveInputs('profile', labelled(files)))) {
    openError.value = inputsError.value;
    return;
  }
  const at = recipe.value.steps.findIndex((each) => takes.some(({ name }) => name === each.step));
  if (at >= 0) openStep.value = at;
  else if (takes[0]) insertStep(0, takes[0]);
  step.value = 'correct';
  announce(`Profile ${names} taken.`);
}
