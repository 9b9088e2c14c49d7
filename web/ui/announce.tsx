// What assistive technology speaks: one polite region for the whole page.
import { signal } from '@preact/signals';

const spoken = signal('');

/** Says `text` once. The same text twice in a row is said once. */
export function announce(text: string): void {
  spoken.value = text;
}

export function Announcer() {
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {spoken}
    </div>
  );
}
