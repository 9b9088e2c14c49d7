// What went wrong, in a form the page can show: what happened, to what, and what to do.
import type { UnmixErrorShape } from '../../workers/api';

export interface PageError {
  /** One sentence in bold: what could not be done. */
  title: string;
  /** The reason, as the core or the browser put it. */
  message: string;
  tag: string;
}

export function isCancelled(error: unknown): boolean {
  return (error as UnmixErrorShape | null)?.tag === 'cancelled' || (error as Error | null)?.name === 'AbortError';
}

export function pageError(title: string, error: unknown): PageError {
  const shape = error as Partial<UnmixErrorShape> | null;
  // What the core advises for the command line is no help here.
  const message = (shape?.message || String(error)).replaceAll(/ \(on the command line: [^)]*\)/g, '');
  return { title, message, tag: shape?.tag ?? 'internal' };
}
