// Which of the four layouts the window has: one column, no left column, the studio, or the studio with room to spare.
import { signal } from '@preact/signals';

export type Layout = 'phone' | 'narrow' | 'desk' | 'wide';

function current(): Layout {
  if (innerWidth < 880) return 'phone';
  if (innerWidth < 1280) return 'narrow';
  return innerWidth < 1920 ? 'desk' : 'wide';
}

export const layout = signal<Layout>(current());

addEventListener('resize', () => {
  layout.value = current();
});
