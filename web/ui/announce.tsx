// What assistive technology speaks: one polite region for the whole page.
import { signal } from '@preact/signals';

const spoken = signal('');

/** Says `text` once. The same text twice in a row is said once. */
export function announce(text: string): void {
  spoken.value = text;
}

/** Says each quarter of something that takes a while; what is done in a moment says so by itself. */
export function spokenQuarters(): (fraction: number) => void {
  const began = performance.now();
  let spoken = 0;
  return (fraction) => {
    const quarter = Math.floor(fraction * 4);
    if (quarter <= spoken || quarter >= 4 || performance.now() - began < 1500) return;
    spoken = quarter;
    announce(`${quarter * 25} per cent.`);
  };
}

export function Announcer() {
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {spoken}
    </div>
  );
}
