// Mean brightness of each plane of the channel that is looked at, over depth: where the cells lie. Read plane by plane, some pixels
// of each, at the tile and time point that are shown.
import { effect, signal } from '@preact/signals';
import { type OpenStack, shapeOf, stack } from '../../open/stack';
import { latest } from '../../ui/latest';
import { position, tile } from '../../viewer/position';
import { activeKind } from '../active-step';
import { shownChannel } from './flatfield';

/** Planes read at most; of more, evenly spaced ones. */
const MOST_PLANES = 48;
/** Pixels of a plane that are added at most. */
const MOST_PIXELS = 65_536;

export interface DepthProfile {
  z: number[];
  /** Counts. */
  mean: number[];
}

export const depthProfile = signal<DepthProfile | null>(null);
let known: { stack: OpenStack; input: number; channel: number; t: number } | null = null;

const read = latest(async () => {
  const open = stack.value;
  if (!open || activeKind.value !== 'flatfield' || shapeOf(open).z < 2) return;
  const [channel, { t }, input] = [shownChannel.value, position.value, tile.value];
  if (known?.stack === open && known.input === input && known.channel === channel && known.t === t) return;
  const depth = shapeOf(open).z;
  const count = Math.min(depth, MOST_PLANES);
  const found: DepthProfile = { z: [], mean: [] };
  for (let i = 0; i < count; i += 1) {
    const z = Math.round((i * (depth - 1)) / (count - 1));
    const { channels } = await open.session.plane({ stage: 0, input, t, z, channels: [channel] });
    const pixels = channels[0] ?? [];
    const stride = Math.max(1, Math.floor(pixels.length / MOST_PIXELS));
    let [sum, added] = [0, 0];
    for (let p = 0; p < pixels.length; p += stride) {
      sum += pixels[p] as number;
      added += 1;
    }
    if (stack.value !== open || tile.value !== input || shownChannel.value !== channel || position.value.t !== t) return;
    found.z.push(z);
    found.mean.push(sum / Math.max(added, 1));
  }
  known = { stack: open, input, channel, t };
  depthProfile.value = found;
});

effect(() => {
  const open = stack.value;
  if (known?.stack !== open) depthProfile.value = null;
  void activeKind.value;
  void shownChannel.value;
  void position.value.t;
  void tile.value;
  // What cannot be read is said where the plane is shown.
  queueMicrotask(() => void read().catch(() => undefined));
});
