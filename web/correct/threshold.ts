// The threshold of the bright-source mask, moved on the density plot: an edit of signal_percentile.
import { change } from './recipe';
import { unmixIndex } from './unmix';

export function setSignalPercentile(percentile: number): void {
  const index = unmixIndex.value;
  if (index === null) return;
  const bounded = Math.min(Math.max(percentile, 0), 99.99);
  const rounded = Math.round(bounded * (bounded > 99 ? 100 : 10)) / (bounded > 99 ? 100 : 10);
  change(index, { signal_percentile: rounded }, 'signal_percentile');
}
