// Undo and redo of immutable states. Edits with the same key in a row (a slider being dragged) are one edit until it is sealed.

export interface History<T> {
  past: T[];
  present: T;
  future: T[];
  /** Key of the edit that is still open. */
  open: string | null;
}

const DEPTH = 200;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], open: null };
}

export function record<T>(history: History<T>, next: T, key: string | null = null): History<T> {
  if (next === history.present) return history;
  if (key !== null && key === history.open) return { ...history, present: next, future: [] };
  return { past: [...history.past.slice(1 - DEPTH), history.present], present: next, future: [], open: key };
}

/** The open edit is complete: the next one with the same key is a new edit. */
export function seal<T>(history: History<T>): History<T> {
  return history.open === null ? history : { ...history, open: null };
}

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past[history.past.length - 1];
  if (previous === undefined) return history;
  return { past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future], open: null };
}

export function redo<T>(history: History<T>): History<T> {
  const next = history.future[0];
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future: history.future.slice(1), open: null };
}
