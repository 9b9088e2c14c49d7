// Which channel of the camera is looked at, and what the active step has found of it.
import { computed, signal } from '@preact/signals';
import { activeIndex } from '../active-step';
import { fittedDetails, fittedStep, stepFit } from '../step-fit';
import { type GainChannel, gainChannels } from './gain';

/** Null: the first that could be measured. */
const chosenChannel = signal<number | null>(null);

export const allChannels = computed<GainChannel[]>(() => {
  const index = activeIndex.value;
  return index === null ? [] : gainChannels(fittedDetails(index));
});

export const shownChannel = computed<GainChannel | null>(
  () =>
    allChannels.value.find(({ channel }) => channel === chosenChannel.value) ??
    allChannels.value.find(({ gain }) => gain !== null) ??
    allChannels.value[0] ??
    null,
);

export function showChannel(channel: number): void {
  chosenChannel.value = channel;
}

/** Warnings of the step that speak of a channel; those that speak of none belong to all. */
export const shownWarnings = computed<string[]>(() => {
  const channel = shownChannel.value;
  if (!channel) return [];
  const warnings = fittedStep.value?.warnings ?? [];
  return warnings.filter((text) => !/^channel \d/.test(text) || text.startsWith(`channel ${channel.channel}`));
});

export const shownMaps = computed(() => {
  const channel = shownChannel.value?.channel;
  return (stepFit.value?.maps ?? []).filter((map) => map.channel === channel);
});
