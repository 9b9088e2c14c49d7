// Alpha: its value, its interval, a slider from the source's to the target's colour, and a field to type it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatAlpha, formatPercent } from '../ui/format';
import { NumberField } from '../ui/number-field';
import {
  alphaInForce,
  alphaReverseInForce,
  estimateError,
  estimateStale,
  estimating,
  estimation,
  rowInForce,
} from './estimate';
import { endEdit } from './recipe';
import { alphaMax, alphaMode, bidirectional, setAlpha } from './unmix';

/** "0.274 to 0.298", or why there is none. */
function extent(): string {
  const row = rowInForce.value;
  const values = estimation.value?.step.alphaByT?.filter((a): a is number => a !== null) ?? [];
  if (alphaMode.value === 'per_t' && values.length > 1) {
    return `${formatAlpha(Math.min(...values))} to ${formatAlpha(Math.max(...values))} over ${values.length} t`;
  }
  if (row?.interval) return `${formatAlpha(row.interval.low)} to ${formatAlpha(row.interval.high)}`;
  return alphaMode.value === 'fixed' ? 'by hand' : '';
}

export function estimateProgress(): string | null {
  const now = estimating.value;
  if (!now) return null;
  return now === 'starting' || now.fraction === 0 ? 'estimating' : `estimating, ${formatPercent(now.fraction)}`;
}

export function AlphaCard() {
  const [typing, setTyping] = useState(false);
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const field = typing ? card.current?.querySelector<HTMLInputElement>('.alpha-field') : null;
    field?.focus();
    field?.select();
  }, [typing]);
  const alpha = alphaInForce.value;
  // The bound is that of the search; by hand alpha may be anything above 0.
  const most = Math.max(alphaMax.value, alpha ?? 0);
  const busy = estimateProgress();
  const back = alphaReverseInForce.value;
  return (
    <div ref={card} class={`alpha-card ${estimateStale.value ? 'stale' : ''}`}>
      <div class="alpha-line">
        <output class="alpha-value">α {alpha === null ? '–' : formatAlpha(alpha)}</output>
        <span class="alpha-extent">{busy ?? extent()}</span>
        {typing ? (
          <NumberField
            label="Alpha"
            class="alpha-field"
            value={alpha}
            min={0}
            step={0.001}
            decimals={3}
            onInput={(value) => value !== null && setAlpha(value, 'alpha')}
            onCommit={() => {
              endEdit();
              setTyping(false);
            }}
          />
        ) : (
          <button type="button" class="link" onClick={() => setTyping(true)}>
            Type a value
          </button>
        )}
      </div>
      <input
        type="range"
        class="range alpha-range"
        min={0}
        max={most}
        step={0.001}
        value={alpha ?? 0}
        aria-label="Alpha by hand"
        aria-valuetext={
          alpha === null ? 'not known yet' : `alpha ${formatAlpha(alpha)}${rowInForce.value?.interval ? `, ${extent()}` : ''}`
        }
        onInput={(event) => setAlpha(Number(event.currentTarget.value), 'alpha')}
        onChange={endEdit}
      />
      <div class="alpha-ends" aria-hidden="true">
        <span>0</span>
        {bidirectional.value && back !== null && <span class="alpha-back">and back {formatAlpha(back)}</span>}
        <span>{most}</span>
      </div>
      {estimateError.value && (
        <p class="setting-wrong" role="status">
          {estimateError.value.message}
        </p>
      )}
    </div>
  );
}
