// The machine behind the page: wasm in workers. Loaded after the drop zone is there, once, and again only if loading failed.
import { signal } from '@preact/signals';
import type { StepKind, WebUnmix } from '../../workers/api';

let loading: Promise<WebUnmix> | null = null;

/** The steps a recipe may have and their settings; empty until the machine is there. */
export const kinds = signal<StepKind[]>([]);
export const version = signal<string | null>(null);

export function backend(): Promise<WebUnmix> {
  loading ??= import('../../workers/client')
    .catch((error: unknown) => {
      throw new Error('The rest of the program could not be loaded. Check the network, then reload the page.', {
        cause: error,
      });
    })
    .then(({ createWebUnmix }) => createWebUnmix())
    .then((machine) => {
      kinds.value = machine.kinds;
      version.value = machine.version;
      return machine;
    })
    .catch((error: unknown) => {
      loading = null;
      throw error;
    });
  return loading;
}
