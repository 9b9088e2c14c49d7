// After correction: five meters, and the worst one's reason with a link that helps.
import { computed } from '@preact/signals';
import { formatAlpha } from '../ui/format';
import { BadIcon, CheckIcon, WarnIcon } from '../ui/icons';
import { type Check, checks, worst } from './checks';
import { alphaInForce, pool } from './estimate';
import { NoiseLine } from './gain/noise-line';
import { checkInput } from './pixels';
import { change } from './recipe';
import { setAlpha, unmixIndex } from './unmix';

export const currentChecks = computed<Check[]>(() => (checkInput.value ? checks(checkInput.value) : []));
export const checksNeedLook = computed(() => worst(currentChecks.value) !== null);

const SIGNS = { good: <CheckIcon />, look: <WarnIcon />, bad: <BadIcon /> };

/** Lowers or raises alpha to where the corrected target no longer follows the source in the pool's curve. */
function alphaOfLeastCorrelation(): number | null {
  const curves = pool.value?.curves;
  if (!curves) return null;
  let best = 0;
  for (let i = 1; i < curves.correlation.length; i += 1) {
    if (Math.abs(curves.correlation[i] as number) < Math.abs(curves.correlation[best] as number)) best = i;
  }
  return curves.alpha[best] ?? null;
}

function Remedy({ check }: { check: Check }) {
  const index = unmixIndex.value;
  if (check.remedy === 'pedestal' && index !== null) {
    return (
      <button type="button" class="link" onClick={() => change(index, { source_offset: 'auto', target_offset: 'auto' })}>
        Subtract it first
      </button>
    );
  }
  const better = alphaOfLeastCorrelation();
  const now = alphaInForce.value;
  if ((check.remedy === 'lower' || check.remedy === 'higher') && better !== null && now !== null) {
    if ((check.remedy === 'lower') === better < now) {
      return (
        <button type="button" class="link" onClick={() => setAlpha(better)}>
          Try α {formatAlpha(better)}
        </button>
      );
    }
  }
  return null;
}

export function CheckList({ list }: { list: Check[] }) {
  return (
    <ul>
      {list.map((check) => (
        <li key={check.name} class={check.word}>
          <span class="sign">{SIGNS[check.word]}</span>
          <span class="check-name">{check.name}</span>
          <span class="meter" aria-hidden="true">
            <i style={{ width: `${check.share * 100}%` }} />
            <b style={{ left: `${check.limit * 100}%` }} />
          </span>
          <span class="check-value">{check.value}</span>
          <span class="check-word">{check.word}</span>
        </li>
      ))}
    </ul>
  );
}

export function ChecksPanel() {
  const list = currentChecks.value;
  const speak = worst(list);
  return (
    <section class="checks" aria-labelledby="checks-title">
      <div class="dock-head">
        <h2 id="checks-title">After correction</h2>
        <small>this plane</small>
      </div>
      {list.length === 0 ? <p class="quiet">Nothing is corrected yet.</p> : <CheckList list={list} />}
      <NoiseLine />
      {speak && (
        <p class="check-reason" role="status">
          {speak.reason} <Remedy check={speak} />
        </p>
      )}
    </section>
  );
}
