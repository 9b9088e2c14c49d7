// What the tests do inside the tab, by name. Answers are plain data: they travel to the test.
import type { Session, WebUnmix } from '../../../../workers/api';
import { createWebUnmix } from '../../../../workers/client';
import { isUnmixError } from '../../../../workers/error';
import { type ToySettings, toyRecipe } from '../../support/toy-module';

let machine: WebUnmix;
let session: Session;
let controller = new AbortController();
/** When the last run was over. */
let over: Promise<number>;

const chosen = () => (document.getElementById('file') as HTMLInputElement).files?.[0] as File;

async function answer<T>(task: () => Promise<T>): Promise<T | { tag: string; message: string }> {
  try {
    return await task();
  } catch (error) {
    if (isUnmixError(error)) return { tag: error.tag, message: error.message };
    throw error;
  }
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** The files of the private file system, by path. */
async function privateFiles(): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
    for await (const [name, handle] of (
      folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }
    ).entries()) {
      if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle, `${path}${name}/`);
      else found.push(`${path}${name}`);
    }
  };
  await walk(await navigator.storage.getDirectory(), '');
  return found;
}

export const tab = {
  async start(workers: number): Promise<void> {
    machine = await createWebUnmix({ workers });
  },

  open: (url?: string) =>
    answer(async () => {
      session = await machine.open([{ role: 'main', file: url ?? chosen() }]);
      return session.inspections[0];
    }),

  run(settings: Partial<ToySettings>, sink: 'auto' | 'opfs' | 'memory' = 'auto') {
    controller = new AbortController();
    const { signal } = controller;
    const running = answer(async () => {
      const { report, file } = await session.run(toyRecipe(settings), { name: 'out.tif', sink, signal });
      if (!file) return { report, name: null, bytes: '' };
      return { report, name: file.name, bytes: base64(new Uint8Array(await file.arrayBuffer())) };
    });
    over = running.then(() => performance.now());
    return running;
  },

  /** Milliseconds until the run that is under way was over. */
  async cancel(): Promise<number> {
    const began = performance.now();
    controller.abort();
    return (await over) - began;
  },

  plane: (t: number) =>
    answer(async () => {
      const { channels } = await session.plane({ stage: 0, t, z: 0, channels: [0] });
      return base64(channels[0] as Uint8Array);
    }),

  plan: () => answer(async () => session.plan(toyRecipe({}))),
  closeSession: () => session.close(),
  close: () => machine.close(),
  privateFiles,
};

declare global {
  interface Window {
    tab: typeof tab;
  }
}
window.tab = tab;
