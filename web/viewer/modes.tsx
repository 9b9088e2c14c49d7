// How before and after are compared. B and D do the same by key.
import { blinkAfter, type Mode, mode } from './state';

const MODES: { value: Mode; label: string }[] = [
  { value: 'split', label: 'Split' },
  { value: 'side', label: 'Side by side' },
  { value: 'blink', label: 'Blink' },
  { value: 'difference', label: 'Difference' },
];

export function setMode(next: Mode): void {
  if (next === 'blink') blinkAfter.value = true;
  mode.value = next;
}

/** B: starts to blink; blinking, it changes sides by hand. */
export function blinkKey(): void {
  if (mode.value !== 'blink') {
    setMode('blink');
    blinkAfter.value = false;
  } else if (matchMedia('(prefers-reduced-motion: reduce)').matches) blinkAfter.value = !blinkAfter.value;
  else setMode('split');
}

export function differenceKey(): void {
  setMode(mode.value === 'difference' ? 'split' : 'difference');
}

export function Modes() {
  return (
    <div class="glass modes" role="radiogroup" aria-label="Compare">
      {MODES.map(({ value, label }) => (
        <label key={value}>
          <input type="radio" name="viewer-mode" checked={mode.value === value} onChange={() => setMode(value)} />
          {label}
        </label>
      ))}
    </div>
  );
}
