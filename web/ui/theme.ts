// Dark or light: the system's choice until the button says otherwise. The choice is kept on this machine.
import { computed, effect, signal } from '@preact/signals';

export type Theme = 'dark' | 'light';

const KEY = 'webunmix.theme';

function kept(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : null;
  } catch {
    return null; // storage may be forbidden; the system's choice will do
  }
}

const query = matchMedia('(prefers-color-scheme: light)');
const system = signal<Theme>(query.matches ? 'light' : 'dark');
query.addEventListener('change', () => {
  system.value = query.matches ? 'light' : 'dark';
});

const chosen = signal<Theme | null>(kept());

/** The theme in force. */
export const theme = computed<Theme>(() => chosen.value ?? system.value);

effect(() => {
  if (chosen.value) document.documentElement.dataset.theme = chosen.value;
  else delete document.documentElement.dataset.theme;
});

export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, chosen.value);
  } catch {
    // without storage the choice lasts as long as the page
  }
}
