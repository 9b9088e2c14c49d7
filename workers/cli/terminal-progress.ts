// One line on the terminal that says how far a job is.
import type { Progress } from '../api';

export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export class TerminalProgress {
  readonly #terminal: Terminal;
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(progress: Progress): void {
    if (!this.#terminal.isTTY) return;
    const line = progressLine(progress).slice(0, Math.max(10, (this.#terminal.columns ?? 80) - 1));
    this.#terminal.write(`\r${line}\u001b[K`);
    this.#shown = true;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#terminal.write('\r\u001b[K');
    this.#shown = false;
  }
}

/** "Correcting  42 %  3 of 18  12 s left  96 MB" */
export function progressLine({ label, fraction, items, itemsDone, secondsLeft, heapBytes }: Progress): string {
  return [
    label,
    `${Math.floor(fraction * 100)} %`,
    items > 0 ? `${itemsDone} of ${items}` : '',
    secondsLeft === null ? '' : `${duration(secondsLeft)} left`,
    heapBytes > 0 ? `${Math.round(heapBytes / 1e6)} MB` : '',
  ]
    .filter((part) => part !== '')
    .join('  ');
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
