// A folder of the browser's private file system (OPFS) for the files of this page, and the end of folders whose page is gone.
//
// Every page holds a lock named after its folder for as long as it lives. A folder whose lock nobody holds was left behind by a page
// that crashed or was closed; it is removed when the next page starts. Two tabs never touch each other's files.

const parentName = 'webunmix';
/** Where there are no locks, only what is older than this is taken to be left behind. */
const staleMs = 24 * 3600 * 1000;

export class PrivateFolder {
  readonly #parent: FileSystemDirectoryHandle;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #unlock: () => void;

  private constructor(parent: FileSystemDirectoryHandle, folder: FileSystemDirectoryHandle, unlock: () => void) {
    this.#parent = parent;
    this.#folder = folder;
    this.#unlock = unlock;
  }

  /** Null where the browser has no private file system for this page (an old browser, a private window of some). */
  static async open(): Promise<PrivateFolder | null> {
    try {
      if (typeof navigator.storage?.getDirectory !== 'function') return null;
      const root = await navigator.storage.getDirectory();
      const parent = await root.getDirectoryHandle(parentName, { create: true });
      const name = `${Date.now().toString(36)}-${crypto.randomUUID()}`;
      const unlock = await holdLock(lockName(name));
      const folder = await parent.getDirectoryHandle(name, { create: true });
      // Whatever cannot be removed now is tried again by the next page.
      removeStale(parent, name).catch(() => {});
      return new PrivateFolder(parent, folder, unlock);
    } catch {
      return null;
    }
  }

  /** An empty file. */
  createFile(name: string): Promise<FileSystemFileHandle> {
    return this.#folder.getFileHandle(name, { create: true });
  }

  async removeFile(name: string): Promise<void> {
    await this.#folder.removeEntry(name).catch(() => {});
  }

  async close(): Promise<void> {
    await this.#parent.removeEntry(this.#folder.name, { recursive: true }).catch(() => {});
    this.#unlock();
  }
}

const lockName = (folder: string) => `webunmix-files-${folder}`;

/** Holds a lock until the page ends or the function returned is called. */
export function holdLock(name: string): Promise<() => void> {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise<void>((release) => resolve(() => release()))).catch(reject);
  });
}

async function removeStale(parent: FileSystemDirectoryHandle, own: string): Promise<void> {
  // Chromium 108 has keys(), the DOM types of older compilers do not.
  for await (const name of (parent as unknown as { keys(): AsyncIterable<string> }).keys()) {
    if (name === own) continue;
    const remove = () => parent.removeEntry(name, { recursive: true }).catch(() => {});
    if (navigator.locks) {
      await navigator.locks.request(lockName(name), { ifAvailable: true }, (lock) => (lock ? remove() : undefined));
    } else if (Date.now() - Number.parseInt(name, 36) > staleMs) {
      await remove();
    }
  }
}
