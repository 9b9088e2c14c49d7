// Which kinds of step have a view of their own. Nothing else on the page lists kinds of steps.
import { activeKind } from './active-step';
import { flatfieldView } from './flatfield/view';
import { electronsView } from './gain/electrons-view';
import { gainView } from './gain/gain-view';
import { picassoView } from './picasso/picasso-view';
import type { StepView } from './step-view';
import { unmixView } from './unmix-view';

const views: Record<string, StepView> = {
  unmix: unmixView,
  unmix_picasso: picassoView,
  flatfield: flatfieldView,
  detect_gain: gainView,
  electrons: electronsView,
};

export function viewOf(kind: string | null | undefined): StepView | null {
  return (kind && views[kind]) || null;
}

/** The view of the active step. */
export function activeView(): StepView | null {
  return viewOf(activeKind.value);
}
