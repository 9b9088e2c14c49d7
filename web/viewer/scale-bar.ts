// The scale bar: the longest round length that fits, and its width on the screen.
import type { Quantity } from '../../workers/api';
import { formatNumber, THIN, unitSign } from '../ui/format';

export interface ScaleBar {
  /** Length on the screen, CSS pixels. */
  width: number;
  label: string;
}

/**
 * `pixel` is the size of an image pixel (null: the bar is in pixels), `zoom` CSS pixels per image pixel, `room` the widest bar
 * wanted in CSS pixels.
 */
export function scaleBar(pixel: Quantity | null, zoom: number, room: number): ScaleBar {
  const unitsPerCss = (pixel ? pixel.value : 1) / zoom;
  const longest = room * unitsPerCss;
  const power = 10 ** Math.floor(Math.log10(longest));
  const factor = [5, 2, 1].find((f) => f * power <= longest) ?? 1;
  const length = factor * power;
  const decimals = Math.max(0, -Math.floor(Math.log10(length)));
  const unit = pixel ? unitSign(pixel.unit) : 'px';
  return { width: length / unitsPerCss, label: `${formatNumber(length, decimals)}${THIN}${unit}` };
}
