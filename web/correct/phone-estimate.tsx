// The phone's estimate: the density plot, and alpha with a button to each side.
import { DensityPlot } from '../plots/density-plot';
import { dotted, formatAlpha } from '../ui/format';
import { MinusIcon, PlusIcon } from '../ui/icons';
import { estimateProgress } from './alpha-card';
import { alphaInForce, rowInForce } from './estimate';
import { chosenRow, METHOD_NAMES, setAlpha } from './unmix';

export function PhoneEstimate() {
  const alpha = alphaInForce.value;
  const interval = rowInForce.value?.interval;
  const how = METHOD_NAMES[chosenRow.value].toLowerCase();
  const nudge = (by: number) => alpha !== null && setAlpha(alpha + by);
  return (
    <div class="phone-estimate">
      <DensityPlot />
      <div class="phone-alpha">
        <button
          type="button"
          class="button"
          aria-label="Alpha less by 0.001"
          disabled={alpha === null}
          onClick={() => nudge(-0.001)}
        >
          <MinusIcon />
        </button>
        <div>
          <output class="alpha-value">α {alpha === null ? '–' : formatAlpha(alpha)}</output>
          <p>
            {estimateProgress() ?? dotted(interval && `${formatAlpha(interval.low)} to ${formatAlpha(interval.high)}`, how)}
          </p>
        </div>
        <button
          type="button"
          class="button"
          aria-label="Alpha more by 0.001"
          disabled={alpha === null}
          onClick={() => nudge(0.001)}
        >
          <PlusIcon />
        </button>
      </div>
    </div>
  );
}
