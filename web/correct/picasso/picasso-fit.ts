// What the active unmix_picasso step has found, for its panels and for the viewer.
import { computed } from '@preact/signals';
import { reportStep } from '../../../workers/report-steps';
import { asOnPage } from '../../inspect/in-words';
import { formatPercent } from '../../ui/format';
import { position } from '../../viewer/position';
import { result, resultFresh } from '../run';
import { fittedDetails, fittedStep, stepFit } from '../step-fit';
import { picassoIndex, picassoSettings, selected } from './picasso';
import { lossAt, type PicassoDetails, type PicassoPool, picassoDetails } from './picasso-report';

/** Null while nothing is known, and when what is known is of another choice of channels. */
export const found = computed<PicassoDetails | null>(() => {
  const index = picassoIndex.value;
  const details = index === null ? null : picassoDetails(fittedDetails(index));
  return details && details.channels.join() === selected.value.join() ? details : null;
});

/** The volume whose numbers are shown: the one time point, or the current one of each. */
export const currentPool = computed<PicassoPool | null>(() => {
  const pools = found.value?.pools ?? [];
  return pools.find((pool) => pool.t === position.value.t) ?? pools[0] ?? null;
});

/** The matrix on counts of the time point that is looked at, and which it is of: where one decides for all, sources and sinks have one. */
export const currentMatrix = computed<{ matrix: number[][]; t: number | null } | null>(() => {
  const pool = currentPool.value;
  const own = found.value?.matrixByT.get(position.value.t);
  if (own) return { matrix: own, t: position.value.t };
  return pool && { matrix: pool.matrix, t: pool.t };
});

/**
 * Share of each selected channel's signal that falls below its background, at the time point that is looked at. Where another one decided
 * for it, only a run of the whole stack tells; until then these are of that one (`t`).
 */
export const currentLoss = computed<{ loss: number[]; t: number | null } | null>(() => {
  const pool = currentPool.value;
  const index = picassoIndex.value;
  const { t } = position.value;
  if (!pool || index === null) return null;
  if (pool.t !== null && pool.t !== t && resultFresh.value && result.value) {
    const loss = lossAt(reportStep(result.value.report, index), t);
    if (loss) return { loss, t };
  }
  return { loss: pool.signalLoss, t: pool.t };
});

/** Counts that the correction takes off a channel as its background at the current time point: the viewer shows both sides from it. */
export function takenOff(channel: number): number {
  const details = found.value;
  if (!details) return 0;
  return details.backgroundByT.get(position.value.t)?.[details.channels.indexOf(channel)] ?? 0;
}

export const warnings = computed<string[]>(() => {
  const step = stepFit.value?.index === picassoIndex.value ? fittedStep.value : null;
  return (step?.warnings ?? []).map(asOnPage);
});

/** "iteration 37 of 200", "sink 1 of 2": how far a solving phase is, from its fraction. */
export function solvingText(fraction: number): string {
  const settings = picassoSettings.value;
  const most = Number(settings?.max_iter);
  if (settings?.implementation === 'source_sink_n') return `searching, ${formatPercent(fraction)}`;
  return `iteration ${Math.min(Math.round(fraction * most) + 1, most)} of ${most}`;
}
