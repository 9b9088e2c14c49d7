// How each channel is shown: on or off, display range, gamma, colour. The source is cyan and the target magenta whatever colours
// the file names; further channels keep the file's colour or take one of the list.
import { computed, effect, signal, untracked } from '@preact/signals';
import { corrected, selected } from '../correct/picasso/picasso';
import { roleOf, sourceChannel, targetChannel } from '../correct/unmix';
import { type OpenStack, shapeOf, stack } from '../open/stack';
import type { Rgb } from '../viewer/blend';
import { otherColour, parseColour, SOURCE_RGB, TARGET_RGB } from '../viewer/colours';
import type { ShownPlane } from '../viewer/planes';
import { autoRange, extremes } from './histogram';

export interface ChannelLook {
  visible: boolean;
  black: number;
  white: number;
  gamma: number;
  /** False until the first plane has been seen and its range chosen. */
  measured: boolean;
  /** Ends of the histogram's axis; they grow with what has been seen. */
  least: number;
  most: number;
}

export const looks = signal<ChannelLook[]>([]);

function firstLooks(open: OpenStack): ChannelLook[] {
  const { c } = shapeOf(open);
  return Array.from({ length: c }, (_, i) => ({
    visible: c <= 3 || (corrected.value.length > 0 ? selected.value.includes(i) : roleOf(i) !== null),
    black: 0,
    white: 1,
    gamma: 1,
    measured: false,
    least: 0,
    most: 1,
  }));
}

effect(() => {
  const open = stack.value;
  untracked(() => {
    looks.value = open ? firstLooks(open) : [];
  });
});

/** A channel that takes a role is worth seeing. */
effect(() => {
  const roles = [sourceChannel.value, targetChannel.value];
  untracked(() => {
    for (const channel of roles)
      if (looks.value[channel] && !looks.value[channel]?.visible) setLook(channel, { visible: true });
  });
});

/** So are channels that are unmixed together, as many as can be told apart. */
effect(() => {
  const channels = (corrected.value.length > 0 ? selected.value : []).slice(0, 6);
  untracked(() => {
    for (const channel of channels)
      if (looks.value[channel] && !looks.value[channel]?.visible) setLook(channel, { visible: true });
  });
});

export function setLook(channel: number, changes: Partial<ChannelLook>): void {
  looks.value = looks.value.map((look, i) => (i === channel ? { ...look, ...changes } : look));
}

export function channelName(channel: number): string {
  return stack.value?.inspection.channels[channel]?.name || `Channel ${channel + 1}`;
}

/** The colour a channel has in the image. */
export function channelColour(channel: number): Rgb {
  const role = roleOf(channel);
  if (role) return role === 'source' ? SOURCE_RGB : TARGET_RGB;
  const own = stack.value?.inspection.channels[channel]?.colour;
  const others = Array.from({ length: looks.value.length }, (_, i) => i).filter((i) => roleOf(i) === null);
  return (own ? parseColour(own) : null) ?? otherColour(Math.max(others.indexOf(channel), 0));
}

/** Channels whose pixels the page needs: those shown and the two that are worked on. */
export const neededChannels = computed<number[]>(() => {
  const count = looks.value.length;
  const needed = looks.value.flatMap((look, i) => (look.visible ? [i] : []));
  for (const role of [sourceChannel.value, targetChannel.value]) if (role < count && !needed.includes(role)) needed.push(role);
  return needed.sort((a, b) => a - b);
});

/** The same as text: changes only when the set of channels does. */
export const neededKey = computed(() => neededChannels.value.join());

/** Takes the range of a new plane into account: widens the axes, and chooses the display range the first time. */
export function meetPlane(plane: ShownPlane): void {
  const next = looks.value.map((look, channel) => {
    const pixels = plane.channels.get(channel);
    if (!pixels) return look;
    const { least, most } = extremes(pixels);
    const widened = {
      ...look,
      least: look.measured ? Math.min(look.least, least) : Math.min(0, least),
      most: look.measured ? Math.max(look.most, most) : most,
    };
    if (look.measured) return widened.least === look.least && widened.most === look.most ? look : widened;
    return { ...widened, ...autoRange(pixels), measured: true };
  });
  if (next.some((look, i) => look !== looks.value[i])) looks.value = next;
}
