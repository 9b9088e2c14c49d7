// What is open beside the stack: profiles, dark frames, masks that a step takes by role. They belong to the stack and go with it.
import { batch, computed, effect, signal, untracked } from '@preact/signals';
import type { InputRole } from '../../workers/api';
import { type PageError, pageError } from '../ui/errors';
import { stack } from './stack';

export type SideRole = Exclude<InputRole, 'main'>;

export interface SideInput {
  file: File;
  /** Whose it is, by the channel's name; left out: of all channels. */
  channel?: string;
}

type Given = Partial<Record<SideRole, SideInput[]>>;

const given = signal<Given>({});
/** Changes with the inputs: what was computed for another number is out of date. */
export const inputsVersion = signal(0);
export const inputsError = signal<PageError | null>(null);
export const inputsBusy = signal<SideRole | null>(null);

export const sideInputs = computed(() => given.value);

/** Channels as profiles are labelled by them: their names, or numbers where they have none. */
export const channelLabels = computed(() => {
  const channels = stack.value?.inspection.channels ?? [];
  return channels.map(({ name }, i) => name || `channel ${i + 1}`);
});

effect(() => {
  void stack.value;
  untracked(() =>
    batch(() => {
      given.value = {};
      inputsError.value = null;
    }),
  );
});

/** Gives the stack the inputs of a role, instead of those it had; none takes them back. On an error nothing changes. */
export async function giveInputs(role: SideRole, inputs: SideInput[]): Promise<boolean> {
  const open = stack.value;
  if (!open) return false;
  batch(() => {
    inputsBusy.value = role;
    inputsError.value = null;
  });
  try {
    await open.session.setInputs(role, inputs);
    if (stack.value !== open) return false;
    batch(() => {
      given.value = { ...given.value, [role]: inputs };
      inputsVersion.value += 1;
    });
    return true;
  } catch (error) {
    const names = inputs.map(({ file }) => file.name).join(', ');
    if (stack.value === open) inputsError.value = pageError(`${names} could not be used.`, error);
    return false;
  } finally {
    inputsBusy.value = null;
  }
}
