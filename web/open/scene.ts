// The picture of the start screen: cells whose tubulin bleeds into the H2B channel, drawn by this script so that nothing is loaded.
// Two grey layers, source and target, are painted with strokes and soft spots; the colours come from the same blend as the viewer's.
import { blend } from '../viewer/blend';
import { SOURCE_RGB, TARGET_RGB } from '../viewer/colours';
import { seeded } from './random';

type Context = CanvasRenderingContext2D;

interface Cell {
  /** Centre and half axes, in heights of the picture. */
  x: number;
  y: number;
  a: number;
  b: number;
  turn: number;
  nucleus: { x: number; y: number; a: number; b: number; turn: number };
  /** Where the filaments begin. */
  centrosome: { x: number; y: number };
}

const CELLS: Cell[] = [
  {
    x: 0.29,
    y: 0.02,
    a: 0.27,
    b: 0.26,
    turn: 0.3,
    nucleus: { x: 0.29, y: 0.015, a: 0.1, b: 0.105, turn: 0.4 },
    centrosome: { x: 0.4, y: -0.03 },
  },
  {
    x: 0.13,
    y: 0.61,
    a: 0.36,
    b: 0.31,
    turn: 1.1,
    nucleus: { x: 0.15, y: 0.645, a: 0.165, b: 0.125, turn: -0.3 },
    centrosome: { x: 0.03, y: 0.58 },
  },
  {
    x: 1.315,
    y: 0.46,
    a: 0.34,
    b: 0.275,
    turn: 0.5,
    nucleus: { x: 1.335, y: 0.465, a: 0.145, b: 0.1, turn: -0.2 },
    centrosome: { x: 1.42, y: 0.61 },
  },
  {
    x: 1.085,
    y: 0.96,
    a: 0.29,
    b: 0.26,
    turn: -0.4,
    nucleus: { x: 1.12, y: 0.93, a: 0.115, b: 0.1, turn: -0.5 },
    centrosome: { x: 0.98, y: 0.85 },
  },
  {
    x: 1.24,
    y: -0.03,
    a: 0.26,
    b: 0.2,
    turn: 0.1,
    nucleus: { x: 1.22, y: -0.005, a: 0.125, b: 0.085, turn: 0.1 },
    centrosome: { x: 1.33, y: 0.07 },
  },
  {
    x: 0.42,
    y: 1.13,
    a: 0.31,
    b: 0.28,
    turn: 0.2,
    nucleus: { x: 0.43, y: 1.06, a: 0.13, b: 0.085, turn: 0.1 },
    centrosome: { x: 0.33, y: 1.0 },
  },
];

/** Position in the cell's own frame: 1 is the border. */
function inCell(cell: Cell, x: number, y: number): { u: number; v: number } {
  const cos = Math.cos(cell.turn);
  const sin = Math.sin(cell.turn);
  return { u: ((x - cell.x) * cos + (y - cell.y) * sin) / cell.a, v: (-(x - cell.x) * sin + (y - cell.y) * cos) / cell.b };
}

/** A filament runs from (x, y), wavers, and bends along the cell's border, as microtubules do. */
function filament(
  context: Context,
  cell: Cell,
  from: { x: number; y: number },
  length: number,
  random: () => number,
  h: number,
): void {
  let { x, y } = from;
  let heading = random() * 2 * Math.PI;
  const bend = (random() - 0.5) * 0.1;
  const side = random() < 0.5 ? 1 : -1;
  const follow = 0.25 + 0.5 * random();
  context.beginPath();
  context.moveTo(x * h, y * h);
  for (let i = 0; i < length; i += 1) {
    const { u, v } = inCell(cell, x, y);
    const radius = Math.hypot(u, v);
    const along = Math.atan2(v / cell.b, u / cell.a) + cell.turn + (side * Math.PI) / 2;
    const turn = Math.atan2(Math.sin(along - heading), Math.cos(along - heading));
    heading += bend + turn * Math.min(Math.max(radius - 0.62, 0) * follow * 2, 0.6);
    x += Math.cos(heading) * 0.0125;
    y += Math.sin(heading) * 0.0125;
    context.lineTo(x * h, y * h);
    if (radius > 1.04) break;
  }
  context.stroke();
}

/** Part of an ellipse close to the border: filaments bundle there. */
function rim(context: Context, cell: Cell, random: () => number, h: number): void {
  const scale = 0.86 + 0.17 * random();
  const start = random() * 2 * Math.PI;
  context.beginPath();
  context.ellipse(
    (cell.x + (random() - 0.5) * 0.03) * h,
    (cell.y + (random() - 0.5) * 0.03) * h,
    cell.a * scale * h,
    cell.b * scale * h,
    cell.turn + (random() - 0.5) * 0.3,
    start,
    start + 0.4 + 1.2 * random(),
  );
  context.stroke();
}

function paintFilaments(context: Context, h: number): void {
  const random = seeded(7);
  context.globalCompositeOperation = 'lighter';
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const brush = () => {
    context.strokeStyle = `rgb(255 255 255 / ${0.06 + 0.24 * random() ** 2})`;
    context.lineWidth = (0.0024 + 0.0028 * random()) * h;
  };
  for (const cell of CELLS) {
    const area = cell.a * cell.b;
    for (let i = 0; i < 700 * area + 20; i += 1) {
      brush();
      const near = { x: cell.centrosome.x + (random() - 0.5) * 0.07, y: cell.centrosome.y + (random() - 0.5) * 0.07 };
      filament(context, cell, near, 6 + 34 * random() ** 1.5, random, h);
    }
    for (let i = 0; i < 1500 * area; i += 1) {
      brush();
      const angle = random() * 2 * Math.PI;
      const radius = Math.sqrt(random()) * 0.9;
      const [u, v] = [Math.cos(angle) * radius * cell.a, Math.sin(angle) * radius * cell.b];
      const inside = {
        x: cell.x + u * Math.cos(cell.turn) - v * Math.sin(cell.turn),
        y: cell.y + u * Math.sin(cell.turn) + v * Math.cos(cell.turn),
      };
      filament(context, cell, inside, 10 + 34 * random(), random, h);
    }
    for (let i = 0; i < 520 * area; i += 1) {
      brush();
      rim(context, cell, random, h);
    }
    spot(context, cell.centrosome.x * h, cell.centrosome.y * h, 0.05 * h, 0.4);
    haze(context, cell, h);
  }
}

/** Light from above and below the focus. */
function haze(context: Context, cell: Cell, h: number): void {
  const glow = context.createRadialGradient(0, 0, 0, 0, 0, 1);
  glow.addColorStop(0, 'rgb(255 255 255 / 0.05)');
  glow.addColorStop(0.8, 'rgb(255 255 255 / 0.06)');
  glow.addColorStop(1, 'rgb(255 255 255 / 0)');
  context.save();
  context.translate(cell.x * h, cell.y * h);
  context.rotate(cell.turn);
  context.scale(cell.a * 1.12 * h, cell.b * 1.12 * h);
  context.fillStyle = glow;
  context.fillRect(-1, -1, 2, 2);
  context.restore();
}

/** The microscope's blur: without it, lines look drawn. */
function blur(context: Context, radius: number): void {
  const { canvas } = context;
  const copy = document.createElement('canvas');
  const small = 1 / Math.max(radius, 1);
  copy.width = Math.ceil(canvas.width * small);
  copy.height = Math.ceil(canvas.height * small);
  const half = copy.getContext('2d');
  if (!half) return;
  half.imageSmoothingQuality = 'high';
  half.drawImage(canvas, 0, 0, copy.width, copy.height);
  context.save();
  context.resetTransform();
  context.globalCompositeOperation = 'lighter';
  context.globalAlpha = 0.5;
  context.imageSmoothingQuality = 'high';
  context.drawImage(copy, 0, 0, canvas.width, canvas.height);
  context.restore();
}

const POLES = [
  { x: 0.645, y: 0.365 },
  { x: 0.895, y: 0.54 },
] as const;

function paintSpindle(source: Context, target: Context, h: number): void {
  const random = seeded(11);
  source.globalCompositeOperation = 'lighter';
  const [one, two] = POLES;
  const middle = { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 };
  const axis = Math.atan2(two.y - one.y, two.x - one.x);
  for (const [pole, away] of [
    [one, axis + Math.PI],
    [two, axis],
  ] as const) {
    for (let i = 0; i < 70; i += 1) {
      const heading = away + (random() - 0.5) * 3.4;
      const reach = 0.05 + 0.15 * random();
      const bend = (random() - 0.5) * 0.9;
      source.strokeStyle = `rgb(255 255 255 / ${0.1 + 0.3 * random()})`;
      source.lineWidth = (0.002 + 0.0022 * random()) * h;
      source.beginPath();
      source.moveTo(pole.x * h, pole.y * h);
      source.quadraticCurveTo(
        (pole.x + Math.cos(heading) * reach * 0.6) * h,
        (pole.y + Math.sin(heading) * reach * 0.6) * h,
        (pole.x + Math.cos(heading + bend) * reach) * h,
        (pole.y + Math.sin(heading + bend) * reach) * h,
      );
      source.stroke();
    }
    for (let i = 0; i < 46; i += 1) {
      const offset = (random() - 0.5) * 0.19;
      source.strokeStyle = `rgb(255 255 255 / ${0.12 + 0.3 * random()})`;
      source.lineWidth = (0.002 + 0.003 * random()) * h;
      source.beginPath();
      source.moveTo(pole.x * h, pole.y * h);
      source.quadraticCurveTo(
        (pole.x * 0.45 + middle.x * 0.55 - Math.sin(axis) * offset) * h,
        (pole.y * 0.45 + middle.y * 0.55 + Math.cos(axis) * offset) * h,
        (middle.x - Math.sin(axis) * offset) * h,
        (middle.y + Math.cos(axis) * offset) * h,
      );
      source.stroke();
    }
    spot(source, pole.x * h, pole.y * h, 0.04 * h, 0.9);
  }
  // Chromosomes stand across the spindle.
  spot(target, middle.x * h, middle.y * h, 0.24 * h, 0.3);
  for (let i = 0; i < 90; i += 1) {
    const across = (random() - 0.5) * 0.25;
    const along = (random() - 0.5) * 0.05;
    const x = middle.x - Math.sin(axis) * across + Math.cos(axis) * along;
    const y = middle.y + Math.cos(axis) * across + Math.sin(axis) * along;
    spot(target, x * h, y * h, (0.022 + 0.022 * random()) * h, 0.26);
  }
}

function spot(context: Context, x: number, y: number, radius: number, level: number): void {
  const glow = context.createRadialGradient(x, y, 0, x, y, radius);
  glow.addColorStop(0, `rgb(255 255 255 / ${level})`);
  glow.addColorStop(0.4, `rgb(255 255 255 / ${level * 0.45})`);
  glow.addColorStop(1, 'rgb(255 255 255 / 0)');
  context.fillStyle = glow;
  context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

/** A nucleus: a soft-edged disc with chromatin texture and dark nucleoli. */
function paintNucleus(context: Context, cell: Cell, random: () => number, h: number): void {
  const { nucleus } = cell;
  context.save();
  context.translate(nucleus.x * h, nucleus.y * h);
  context.rotate(nucleus.turn);
  context.scale(nucleus.a * h, nucleus.b * h);
  const body = context.createRadialGradient(0, 0, 0, 0, 0, 1.05);
  body.addColorStop(0, 'rgb(255 255 255 / 0.62)');
  body.addColorStop(0.86, 'rgb(255 255 255 / 0.56)');
  body.addColorStop(0.95, 'rgb(255 255 255 / 0.3)');
  body.addColorStop(1, 'rgb(255 255 255 / 0)');
  context.globalCompositeOperation = 'lighter';
  context.fillStyle = body;
  context.fillRect(-1.1, -1.1, 2.2, 2.2);
  context.globalCompositeOperation = 'source-atop';
  for (let i = 0; i < 260; i += 1) {
    const angle = random() * 2 * Math.PI;
    const radius = Math.sqrt(random()) * 0.95;
    const size = 0.05 + 0.13 * random();
    const x = Math.cos(angle) * radius;
    const y = Math.sin(angle) * radius;
    const shade = random() < 0.5 ? '0 0 0' : '255 255 255';
    const mark = context.createRadialGradient(x, y, 0, x, y, size);
    mark.addColorStop(0, `rgb(${shade} / 0.13)`);
    mark.addColorStop(1, `rgb(${shade} / 0)`);
    context.fillStyle = mark;
    context.fillRect(x - size, y - size, 2 * size, 2 * size);
  }
  for (let i = 0; i < 2; i += 1) {
    const x = (random() - 0.5) * 0.9;
    const y = (random() - 0.5) * 0.8;
    const size = 0.16 + 0.12 * random();
    const hole = context.createRadialGradient(x, y, 0, x, y, size);
    hole.addColorStop(0, 'rgb(0 0 0 / 0.75)');
    hole.addColorStop(1, 'rgb(0 0 0 / 0)');
    context.fillStyle = hole;
    context.fillRect(x - size, y - size, 2 * size, 2 * size);
  }
  context.restore();
}

function layer(width: number, height: number): Context {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser gives no 2D canvas.');
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  return context;
}

function levels(context: Context): Uint8Array {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const out = new Uint8Array(width * height);
  for (let i = 0; i < out.length; i += 1) out[i] = data[4 * i] as number;
  return out;
}

/** True bleed-through of the scene: counts of tubulin in the H2B channel. */
export const SCENE_ALPHA = 0.28;
/** The source is shown over a wider range than the target, as the brighter dye is. */
const RANGE_RATIO = 2.3;

/** Width of the drawing in its heights; narrower and wider frames show its middle. */
const ASPECT = 1.576;

/** Source and target as they would be without bleed-through, 0..255. */
export function sceneLayers(width: number, height: number): { source: Uint8Array; target: Uint8Array } {
  const source = layer(width, height);
  const target = layer(width, height);
  for (const context of [source, target]) context.translate((width - ASPECT * height) / 2, 0);
  const random = seeded(3);
  for (const cell of CELLS) paintNucleus(target, cell, random, height);
  target.globalCompositeOperation = 'lighter';
  paintFilaments(source, height);
  paintSpindle(source, target, height);
  blur(source, height / 110);
  return { source: levels(source), target: levels(target) };
}

/** Paints the scene with or without bleed-through into a canvas that already has its size. */
export function paintScene(canvas: HTMLCanvasElement, layers: { source: Uint8Array; target: Uint8Array }, alpha: number): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { source, target } = layers;
  const mixed = new Float32Array(target.length);
  for (let i = 0; i < mixed.length; i += 1) mixed[i] = (target[i] as number) + alpha * RANGE_RATIO * (source[i] as number);
  const image = context.createImageData(canvas.width, canvas.height);
  blend(
    [
      { pixels: source, black: 4, white: 235, gamma: 1, colour: SOURCE_RGB },
      { pixels: mixed, black: 4, white: 235, gamma: 1, colour: TARGET_RGB },
    ],
    image.data,
  );
  context.putImageData(image, 0, 0);
}
