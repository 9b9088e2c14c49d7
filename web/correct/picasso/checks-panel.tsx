// The verdict on the unmixing and its checks: what is so, why, and what helps.
import { computed } from '@preact/signals';
import { channelName } from '../../inspect/channels';
import { shapeOf, stack } from '../../open/stack';
import { formatNumber, formatPercent, listed } from '../../ui/format';
import { BadIcon, CheckIcon, WarnIcon } from '../../ui/icons';
import { shownIndex } from '../../ui/position';
import { position } from '../../viewer/position';
import type { Check } from '../checks';
import { worst } from '../checks';
import { CheckList } from '../checks-panel';
import { change } from '../recipe';
import type { Settings } from '../settings';
import { stepFitStale } from '../step-fit';
import { asSentence } from '../verdict-block';
import { picassoIndex, picassoSettings, selected } from './picasso';
import { LAST, LOSS_LIMIT, LOSS_OF_RIGHT, picassoChecks } from './picasso-checks';
import { currentLoss, currentPool, found, warnings } from './picasso-fit';

const losses = computed<number[]>(() => currentLoss.value?.loss ?? []);
const mostLost = computed(() => Math.max(0, ...losses.value.filter(Number.isFinite)));

const checks = computed<Check[]>(() =>
  currentPool.value ? picassoChecks(currentPool.value, losses.value, selected.value.map(channelName)) : [],
);

/** Channels whose signal is destroyed at any fitted time point, or at the one that is looked at. */
const destroyed = computed<number[]>(() => {
  const here = selected.value.filter((_, place) => (losses.value[place] ?? 0) > LOSS_LIMIT);
  return [...new Set([...(found.value?.pools.flatMap((pool) => pool.destroyed) ?? []), ...here])].sort((a, b) => a - b);
});

export const picassoNeedsLook = computed(() => worst(checks.value) !== null || warnings.value.length > 0);

interface Remedy {
  words: string;
  changes: Settings;
}

/** Changes of settings that may help with what was found. */
function remedies(): Remedy[] {
  const pool = currentPool.value;
  const settings = picassoSettings.value;
  if (!pool || !settings) return [];
  const list: Remedy[] = [];
  const smaller = pool.iterations?.smallerBin;
  const { iterations } = pool;
  if (iterations?.stopReason === 'max_iter' && checks.value.some(({ name, word }) => name === LAST && word !== 'good')) {
    const more = 2 * Number(settings.max_iter);
    list.push({ words: `Allow ${formatNumber(more)} iterations`, changes: { max_iter: more } });
  }
  if (smaller) list.push({ words: `Use bins of ${smaller} px`, changes: { pixel_bin_size: smaller } });
  if (destroyed.value.length > 0) {
    if (pool.iterations && settings.stop_on_oversubtraction !== true)
      list.push({ words: 'Stop on over-subtraction', changes: { stop_on_oversubtraction: true } });
    if (!pool.iterations && settings.objective === 'clipped' && settings.source_sink_joint_optimization === true)
      list.push({ words: 'Use the penalised objective', changes: { objective: 'penalised' } });
  }
  return list;
}

function Remedies() {
  const index = picassoIndex.value;
  const list = remedies();
  if (index === null || list.length === 0) return null;
  return (
    <span class="remedies">
      {list.map(({ words, changes }) => (
        <button key={words} type="button" class="link" onClick={() => change(index, changes)}>
          {words}
        </button>
      ))}
    </span>
  );
}

/** What this panel says in words of its own. */
function isNews(warning: string): boolean {
  return !/destroys signal|blocks of/.test(warning);
}

function Verdict() {
  const pool = currentPool.value;
  if (!pool) return null;
  const bad = destroyed.value.length > 0;
  const much = mostLost.value > LOSS_OF_RIGHT;
  const lost = `What falls below the background is up to ${formatPercent(mostLost.value)} of a channel’s signal${bad ? '' : '; right results stay below 6.5 %'}.`;
  const text = [...(bad || much ? [lost] : []), ...warnings.value.filter(isNews).map(asSentence)].join(' ');
  const few = pool.iterations?.smallerBin != null;
  if (bad || few || text !== '') {
    return (
      <div class={`note ${bad ? 'bad' : 'warn'} verdict`} role="status">
        {bad ? <BadIcon /> : <WarnIcon />}
        <div>
          {bad && <b>Destroys signal in {listed(destroyed.value.map(channelName))}. </b>}
          {text} {few && `Only ${formatNumber(pool.iterations?.blocks ?? 0)} blocks: too few to be certain.`}
          <Remedies />
        </div>
      </div>
    );
  }
  return (
    <p class="verdict-quiet" role="status">
      <CheckIcon />
      <span>
        <b>No channel is over-subtracted.</b> What falls below the background is at most {formatPercent(mostLost.value)} of a
        channel’s signal.
      </span>
    </p>
  );
}

/** Which volume the checks are of. */
function volumeWords(): string {
  const t = currentLoss.value?.t ?? null;
  if (t === null || !stack.value || shapeOf(stack.value).t === 1) return 'this volume';
  return t === position.value.t ? `t ${shownIndex(t)}` : `t ${shownIndex(t)}, which decides for all`;
}

export function PicassoChecks() {
  const list = checks.value;
  const speak = worst(list);
  return (
    <section class="dock-panel picasso-checks" aria-labelledby="picasso-checks-title">
      <div class="dock-head">
        <h2 id="picasso-checks-title">After unmixing</h2>
        <small>{volumeWords()}</small>
      </div>
      <div class={`dock-scroll ${stepFitStale.value ? 'stale-numbers' : ''}`}>
        <Verdict />
        <div class="checks">
          {list.length === 0 ? <p class="quiet">Nothing is unmixed yet.</p> : <CheckList list={list} />}
          {speak && warnings.value.length === 0 && destroyed.value.length === 0 && <p class="check-reason">{speak.reason}</p>}
        </div>
      </div>
    </section>
  );
}
