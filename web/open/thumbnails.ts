// Small drawings of the example scenes. Colours add up as in the viewer.
import { cssColour, SOURCE_RGB, TARGET_RGB } from '../viewer/colours';
import { seeded } from './random';

function glow(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  rx: number,
  ry: number,
  colour: string,
  level: number,
): void {
  context.save();
  context.translate(x, y);
  context.scale(rx, ry);
  const spot = context.createRadialGradient(0, 0, 0, 0, 0, 1);
  for (let i = 0; i <= 8; i += 1) {
    const r = i / 8;
    const fall = Math.max(Math.exp(-(r * r) * 3.2) - Math.exp(-3.2), 0);
    spot.addColorStop(r, colour.replace(')', ` / ${(level * fall).toFixed(3)})`));
  }
  context.fillStyle = spot;
  context.fillRect(-1, -1, 2, 2);
  context.restore();
}

function circles(context: CanvasRenderingContext2D, size: number): void {
  for (let i = 0; i < 6; i += 1) {
    const angle = (i / 6) * 2 * Math.PI + 0.5;
    const x = size / 2 + Math.cos(angle) * size * 0.28;
    const y = size / 2 + Math.sin(angle) * size * 0.28;
    glow(context, x, y, size * 0.22, size * 0.22, cssColour(i % 2 ? TARGET_RGB : SOURCE_RGB), 1);
  }
}

function cells(context: CanvasRenderingContext2D, size: number): void {
  const random = seeded(21);
  for (const [cx, cy, r] of [
    [0.3, 0.32, 0.3],
    [0.78, 0.62, 0.28],
    [0.24, 0.88, 0.24],
  ] as const) {
    glow(context, cx * size, cy * size, r * 1.5 * size, r * 1.3 * size, cssColour(SOURCE_RGB), 0.25);
    for (let i = 0; i < 60; i += 1) {
      const angle = random() * 2 * Math.PI;
      const radius = Math.sqrt(random()) * r;
      const x = (cx + Math.cos(angle) * radius) * size;
      const y = (cy + Math.sin(angle) * radius * 0.85) * size;
      const spot = (0.02 + 0.03 * random()) * size;
      glow(context, x, y, spot, spot, cssColour(SOURCE_RGB), 0.9);
      if (i % 3 === 0) glow(context, x, y, spot, spot, cssColour(TARGET_RGB), 0.9);
      if (i % 4 === 0) glow(context, x + spot * 3, y, spot, spot, cssColour(TARGET_RGB), 0.9);
    }
  }
}

export function drawThumbnail(canvas: HTMLCanvasElement, id: string): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const size = canvas.width;
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, size, size);
  context.globalCompositeOperation = 'lighter';
  if (id === 'cells') cells(context, size);
  else circles(context, size);
}
