// The verdict on the unmixing and its checks: what is so, why, and what helps.
import { computed } from '@preact/signals';
import { channelName } from '../../inspect/channels';
import { formatNumber, formatPercent, listed } from '../../ui/format';
import { BadIcon, CheckIcon, WarnIcon } from '../../ui/icons';
import type { Check } from '../checks';
import { worst } from '../checks';
import { CheckList } from '../checks-panel';
import { change } from '../recipe';
import type { Settings } from '../settings';
import { stepFitStale } from '../step-fit';
import { asSentence } from '../verdict-block';
import { picassoIndex, picassoSettings, selected } from './picasso';
import { picassoChecks } from './picasso-checks';
import { currentPool, found, warnings } from './picasso-fit';

const checks = computed<Check[]>(() =>
  currentPool.value ? picassoChecks(currentPool.value, selected.value.map(channelName)) : [],
);

/** Channels whose signal is destroyed at any fitted time point. */
const destroyed = computed<number[]>(() => [...new Set(found.value?.pools.flatMap((pool) => pool.destroyed) ?? [])]);

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

function lossText(loss: number[]): string {
  return `Up to ${formatPercent(Math.max(0, ...loss.filter(Number.isFinite)))} of a channel falls below its background.`;
}

function Verdict() {
  const pool = currentPool.value;
  if (!pool) return null;
  const bad = destroyed.value.length > 0;
  const text = [...(bad ? [lossText(pool.signalLoss)] : []), ...warnings.value.filter(isNews).map(asSentence)].join(' ');
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
  const most = Math.max(0, ...pool.signalLoss.filter(Number.isFinite));
  return (
    <p class="verdict-quiet" role="status">
      <CheckIcon />
      <span>
        <b>No channel is over-subtracted.</b> At most {formatPercent(most)} of a channel falls below its background.
      </span>
    </p>
  );
}

export function PicassoChecks() {
  const list = checks.value;
  const speak = worst(list);
  return (
    <section class="dock-panel picasso-checks" aria-labelledby="picasso-checks-title">
      <div class="dock-head">
        <h2 id="picasso-checks-title">After unmixing</h2>
        <small>this volume</small>
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
