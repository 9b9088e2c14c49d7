// Paints planes into the viewer's canvas. Colours are made once per plane, contrast and size into a bitmap; panning, zooming and
// moving the split only draw that bitmap again. Planes of more than 4 million pixels at the wanted size are made only where they
// are seen.
import type { Rgb } from './blend';
import { blend, type Contrast, difference } from './blend';
import type { ShownPlane } from './planes';
import { levelFor, type Raster, reduced } from './reduce';
import type { Size, View } from './view';

export interface PaintChannel extends Contrast {
  index: number;
  colour: Rgb;
}

export interface Picture {
  plane: ShownPlane;
  channels: PaintChannel[];
  /** Instead of colours: after / gain + shift - before of one channel, `span` counts to the end of the scale. */
  difference?: { from: ShownPlane; channel: number; span: number; gain: number; shift: number };
}

interface Bitmap {
  key: string;
  plane: ShownPlane;
  from: ShownPlane | undefined;
  canvas: HTMLCanvasElement;
  /** Corner of the bitmap in the plane and image pixels per bitmap pixel. */
  x: number;
  y: number;
  scale: number;
}

const WHOLE = 4_000_000;

interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

function cut(raster: Raster, part: Part): Raster {
  if (part.x === 0 && part.y === 0 && part.width === raster.width && part.height === raster.height) return raster;
  const pixels = new Float32Array(part.width * part.height);
  for (let row = 0; row < part.height; row += 1) {
    const from = (part.y + row) * raster.width + part.x;
    pixels.set(raster.pixels.subarray(from, from + part.width), row * part.width);
  }
  return { pixels, width: part.width, height: part.height };
}

/** One bitmap of one kind of picture (before, after, difference), kept until something it depends on changes. */
export class PictureCache {
  #bitmap: Bitmap | null = null;

  bitmap(picture: Picture, view: View, pane: Size, ratio: number): Bitmap | null {
    const { plane } = picture;
    const level = levelFor(view.zoom * ratio, plane.width, plane.height);
    const scale = 2 ** level;
    const [width, height] = [Math.ceil(plane.width / scale), Math.ceil(plane.height / scale)];
    const part = width * height <= WHOLE ? { x: 0, y: 0, width, height } : visible(view, pane, scale, width, height);
    if (part.width < 1 || part.height < 1) return null;
    const key = JSON.stringify([
      level,
      part,
      picture.channels,
      picture.difference?.channel,
      picture.difference?.span,
      picture.difference?.gain,
      picture.difference?.shift,
    ]);
    const kept = this.#bitmap;
    if (kept && kept.key === key && kept.plane === plane && kept.from === picture.difference?.from) return kept;

    const canvas = kept?.canvas ?? document.createElement('canvas');
    canvas.width = part.width;
    canvas.height = part.height;
    const context = canvas.getContext('2d');
    if (!context) return null;
    const image = context.createImageData(part.width, part.height);
    const raster = (from: ShownPlane, channel: number): Raster | null => {
      const pixels = from.channels.get(channel);
      return pixels ? cut(reduced({ pixels, width: from.width, height: from.height }, level), part) : null;
    };
    if (picture.difference) {
      const { from, channel, span, gain, shift } = picture.difference;
      const [before, after] = [raster(from, channel), raster(plane, channel)];
      if (before && after) difference(before.pixels, after.pixels, span, image.data, { gain, shift });
    } else {
      const channels = picture.channels.flatMap((channel) => {
        const found = raster(plane, channel.index);
        return found ? [{ ...channel, pixels: found.pixels }] : [];
      });
      blend(channels, image.data);
    }
    context.putImageData(image, 0, 0);
    this.#bitmap = { key, plane, from: picture.difference?.from, canvas, x: part.x * scale, y: part.y * scale, scale };
    return this.#bitmap;
  }
}

function visible(view: View, pane: Size, scale: number, width: number, height: number): Part {
  const half = { width: pane.width / view.zoom / 2, height: pane.height / view.zoom / 2 };
  const x = Math.max(Math.floor((view.x - half.width) / scale), 0);
  const y = Math.max(Math.floor((view.y - half.height) / scale), 0);
  return {
    x,
    y,
    width: Math.min(Math.ceil((view.x + half.width) / scale) + 1, width) - x,
    height: Math.min(Math.ceil((view.y + half.height) / scale) + 1, height) - y,
  };
}

/** Single pixels show as squares from this zoom on; below, the image is smooth. */
const CRISP = 8;

/** Draws `bitmap` into the part of the canvas from `left` to `right`; `centre` is the middle of the pane, all in CSS pixels. */
export function drawBitmap(
  context: CanvasRenderingContext2D,
  bitmap: Bitmap | null,
  view: View,
  pane: Size,
  ratio: number,
  place: { left: number; right: number; centre: number },
): void {
  if (!bitmap) return;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.beginPath();
  context.rect(place.left, 0, place.right - place.left, pane.height);
  context.clip();
  context.imageSmoothingEnabled = view.zoom * ratio < CRISP;
  context.imageSmoothingQuality = 'high';
  const size = bitmap.scale * view.zoom;
  context.drawImage(
    bitmap.canvas,
    place.centre + (bitmap.x - view.x) * view.zoom,
    pane.height / 2 + (bitmap.y - view.y) * view.zoom,
    bitmap.canvas.width * size,
    bitmap.canvas.height * size,
  );
  context.restore();
}
