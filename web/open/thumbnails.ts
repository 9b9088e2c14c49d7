// Small drawings of the example scenes. Colours add up as in the viewer.
import { cssColour, otherColour, SOURCE_RGB, TARGET_RGB } from '../viewer/colours';
import { seeded } from './random';
import { paintScene, sceneLayers } from './scene';

function glow(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  const spot = context.createRadialGradient(x, y, 0, x, y, radius);
  for (let i = 0; i <= 8; i += 1) {
    const r = i / 8;
    const fall = Math.max(Math.exp(-(r * r) * 3.2) - Math.exp(-3.2), 0);
    spot.addColorStop(r, colour.replace(')', ` / ${fall.toFixed(3)})`));
  }
  context.fillStyle = spot;
  context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

function blobs(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const size = canvas.width;
  context.fillStyle = '#000';
  context.fillRect(0, 0, size, size);
  context.globalCompositeOperation = 'lighter';
  glow(context, size * 0.36, size * 0.62, size * 0.34, cssColour(SOURCE_RGB));
  glow(context, size * 0.66, size * 0.38, size * 0.36, cssColour(TARGET_RGB));
}

/** Spots of three dyes, each in a colour of its own. */
function spots(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const size = canvas.width;
  const random = seeded(7);
  context.fillStyle = '#000';
  context.fillRect(0, 0, size, size);
  context.globalCompositeOperation = 'lighter';
  // Yellow, blue, red: the colours of the scene's channels.
  const colours = [0, 5, 4].map((n) => cssColour(otherColour(n)));
  for (let i = 0; i < 36; i += 1) {
    const radius = size * (0.06 + 0.1 * random());
    glow(context, size * random(), size * random(), radius, colours[i % 3] as string);
  }
}

/** Frames of a still gradient, and the noise that grows with its brightness. */
function frames(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const random = seeded(7);
  const { width, height } = canvas;
  const grain = 4;
  for (let y = 0; y < height; y += grain) {
    for (let x = 0; x < width; x += grain) {
      const light = x / width;
      const noise = (random() + random() + random() - 1.5) * 90 * Math.sqrt(light);
      const grey = Math.min(Math.max(20 + 200 * light + noise, 0), 255);
      context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
      context.fillRect(x, y, grain, grain);
    }
  }
}

export function drawThumbnail(canvas: HTMLCanvasElement, id: string): void {
  if (id === 'circles') blobs(canvas);
  else if (id === 'dyes') spots(canvas);
  else if (id === 'photon-transfer') frames(canvas);
  else paintScene(canvas, sceneLayers(canvas.width, canvas.height), id === 'co-localised' ? 0.3 : 0);
}
