// From pixel values to the colours on the screen: each channel is mapped from black..white to 0..1, raised to 1/gamma, multiplied
// by its colour, and the channels are added and clamped. Also the signed difference of two planes.
import type { Pixels } from '../../workers/api';

export type Rgb = readonly [number, number, number];

export interface Contrast {
  black: number;
  white: number;
  gamma: number;
}

export interface BlendChannel extends Contrast {
  pixels: Pixels;
  colour: Rgb;
}

const STEPS = 1024;

/** Contributions of one channel, 0..255 per primary, at 1024 steps from black to white. */
function colourTable(channel: { colour: Rgb; gamma: number }): Float32Array {
  const table = new Float32Array(STEPS * 3);
  for (let i = 0; i < STEPS; i += 1) {
    const level = (i / (STEPS - 1)) ** (1 / channel.gamma);
    table[3 * i] = level * channel.colour[0];
    table[3 * i + 1] = level * channel.colour[1];
    table[3 * i + 2] = level * channel.colour[2];
  }
  return table;
}

/**
 * Blends `channels`, all of one length, into `rgba` (opaque, additive on black, clamped at 255). NaN shows as black.
 */
export function blend(channels: BlendChannel[], rgba: Uint8ClampedArray): void {
  const count = rgba.length / 4;
  const sum = new Float32Array(count * 3);
  for (const channel of channels) {
    const table = colourTable(channel);
    const { pixels, black } = channel;
    const range = channel.white - channel.black;
    const scale = range > 0 ? (STEPS - 1) / range : 0;
    for (let i = 0, j = 0; i < count; i += 1, j += 3) {
      const value = pixels[i] as number;
      let step = scale > 0 ? (value - black) * scale : value >= channel.white ? STEPS - 1 : 0;
      if (!(step > 0)) continue;
      if (step > STEPS - 1) step = STEPS - 1;
      const k = 3 * (step | 0);
      sum[j] = (sum[j] as number) + (table[k] as number);
      sum[j + 1] = (sum[j + 1] as number) + (table[k + 1] as number);
      sum[j + 2] = (sum[j + 2] as number) + (table[k + 2] as number);
    }
  }
  for (let i = 0, j = 0; i < rgba.length; i += 4, j += 3) {
    rgba[i] = sum[j] as number;
    rgba[i + 1] = sum[j + 1] as number;
    rgba[i + 2] = sum[j + 2] as number;
    rgba[i + 3] = 255;
  }
}

const LESS: Rgb = [0x4d, 0x8d, 0xff];
const SAME: Rgb = [0x80, 0x80, 0x80];
const MORE: Rgb = [0xff, 0x9a, 0x3d];

/** The colour of a difference of -1..1: blue - grey - orange. */
export function differenceColour(share: number): Rgb {
  const bounded = Math.min(Math.max(share, -1), 1);
  const end = bounded < 0 ? LESS : MORE;
  const part = Math.abs(bounded);
  const mix = (i: 0 | 1 | 2) => Math.round(SAME[i] + (end[i] - SAME[i]) * part);
  return [mix(0), mix(1), mix(2)];
}

/**
 * after / gain + shift - before, `span` counts to the end of the colour scale. `gain`: what a count was converted to; `shift`: counts
 * that were taken off as background.
 */
export function difference(
  before: Pixels,
  after: Pixels,
  span: number,
  rgba: Uint8ClampedArray,
  { gain, shift } = { gain: 1, shift: 0 },
): void {
  const table = new Uint8ClampedArray(511 * 3);
  for (let i = 0; i < 511; i += 1) table.set(differenceColour((i - 255) / 255), 3 * i);
  const scale = 255 / span;
  for (let i = 0, j = 0; j < rgba.length; i += 1, j += 4) {
    const d = ((after[i] as number) / gain + shift - (before[i] as number)) * scale;
    const k = 3 * (255 + (d > 255 ? 255 : d < -255 ? -255 : Math.round(d) || 0));
    rgba[j] = table[k] as number;
    rgba[j + 1] = table[k + 1] as number;
    rgba[j + 2] = table[k + 2] as number;
    rgba[j + 3] = 255;
  }
}
