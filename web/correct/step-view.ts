// What the page has for a kind of step besides the form of its settings table: its own form, one line of what it learnt, panels of
// the dock. A kind without an entry in step-views.ts has the form and nothing else.
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { ReportStep, StepKind } from '../../workers/api';
import type { Settings } from './settings';

export interface StepPanel {
  id: string;
  /** On the tab, where panels do not stand side by side. */
  label: string;
  Panel: ComponentType;
  /** True: something in it asks to be looked at. */
  needsLook?: ReadonlySignal<boolean>;
}

export interface StepView {
  /** What came of it in the whole stack; left out: a table of the values it has learnt. */
  Summary?: ComponentType<{ step: ReportStep }>;
  /** A warning of the core in the words of the page. */
  warning?: (text: string) => string;
  /** What the step begins with when it is added on the page; a function where it depends on the stack. */
  firstSettings?: Settings | (() => Settings);
  /** Added while nobody has touched the recipe the page begins with, the step takes its place. */
  insteadOfFirst?: boolean;
  /** Its form; left out: that of the settings table. */
  Form?: ComponentType<{ kind: StepKind; index: number }>;
  /** One line of what it has learnt. */
  learnt?: (index: number) => string;
  /** What a setting means in the data that is open, beside its control. */
  note?: (setting: string) => string | null;
  /** How far a solving phase is, in words, from its fraction. */
  solving?: (fraction: number) => string;
  /** The dock, side by side: each column holds one panel or several below each other. `width` is a CSS track. */
  columns: { width: string; panels: StepPanel[] }[];
  /** Panels as tabs on a phone, when they differ from those of the dock. */
  phonePanels?: StepPanel[];
}

export function firstSettingsOf(view: StepView | null): Settings | undefined {
  const first = view?.firstSettings;
  return typeof first === 'function' ? first() : first;
}
