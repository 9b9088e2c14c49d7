// The four steps of a session. They are the navigation.
import { computed, signal } from '@preact/signals';

export type StepName = 'open' | 'inspect' | 'correct' | 'export';

export const STEPS: { name: StepName; title: string }[] = [
  { name: 'open', title: 'Open' },
  { name: 'inspect', title: 'Inspect' },
  { name: 'correct', title: 'Correct' },
  { name: 'export', title: 'Export' },
];

export const step = signal<StepName>('open');
export const stepNumber = computed(() => STEPS.findIndex((s) => s.name === step.value));
