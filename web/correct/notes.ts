// What a setting means in the data that is open: "99.0 · from 5 602 counts". Beside the control, in the units of the data.
import { shapeOf, stack } from '../open/stack';
import { formatValue } from '../ui/format';
import { pool } from './estimate';

export function dataNote(setting: string): string | null {
  const open = stack.value;
  if (!open) return null;
  const found = pool.value;
  switch (setting) {
    case 'alpha_reference_t':
      return `of ${shapeOf(open).t}`;
    case 'signal_percentile':
      return found?.sourceThreshold != null ? `from ${formatValue(found.sourceThreshold)} counts` : null;
    case 'background_percentile':
      return found?.sourceBackground != null && found.targetBackground !== null
        ? `${formatValue(found.sourceBackground)}, ${formatValue(found.targetBackground)} counts`
        : null;
    default:
      return null;
  }
}
