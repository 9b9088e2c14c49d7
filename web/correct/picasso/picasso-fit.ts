// What the active unmix_picasso step has found, for its panels and for the viewer.
import { computed } from '@preact/signals';
import { channelName } from '../../inspect/channels';
import { formatPercent } from '../../ui/format';
import { position } from '../../viewer/position';
import { fittedDetails, fittedStep, stepFit } from '../step-fit';
import { picassoIndex, picassoSettings, selected } from './picasso';
import { type PicassoDetails, type PicassoPool, picassoDetails } from './picasso-report';

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

/** Counts that the correction takes off a channel as its background at the current time point: the viewer shows both sides from it. */
export function takenOff(channel: number): number {
  const details = found.value;
  if (!details) return 0;
  return details.backgroundByT.get(position.value.t)?.[details.channels.indexOf(channel)] ?? 0;
}

/** A warning of the core with channels by the names they have on the page instead of their numbers, which count from 0. */
export function withNames(warning: string): string {
  return warning.replace(/channel (\d+)/g, (_, channel) => channelName(Number(channel)));
}

export const warnings = computed<string[]>(() => {
  const step = stepFit.value?.index === picassoIndex.value ? fittedStep.value : null;
  return (step?.warnings ?? []).map(withNames);
});

/** "iteration 37 of 200", "sink 1 of 2": how far a solving phase is, from its fraction. */
export function solvingText(fraction: number): string {
  const settings = picassoSettings.value;
  const most = Number(settings?.max_iter);
  if (settings?.implementation === 'source_sink_n') return `searching, ${formatPercent(fraction)}`;
  return `iteration ${Math.min(Math.round(fraction * most) + 1, most)} of ${most}`;
}
