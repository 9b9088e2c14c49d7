import { describe, expect, test } from 'vitest';
import { blend, difference, differenceColour } from '../../web/viewer/blend';
import { parseColour, SOURCE_RGB, TARGET_RGB } from '../../web/viewer/colours';
import { halve, levelFor, reduced } from '../../web/viewer/reduce';
import { scaleBar } from '../../web/viewer/scale-bar';
import {
  clampView,
  fillView,
  fitView,
  imagePoint,
  panBy,
  showsAll,
  visiblePart,
  windowPoint,
  zoomAt,
} from '../../web/viewer/view';

const image = { width: 1024, height: 1024 };
const port = { width: 832, height: 492 };

describe('the view', () => {
  test('filling leaves no border, fitting hides nothing', () => {
    expect(fillView(image, port).zoom).toBeCloseTo(0.8125);
    expect(fitView(image, port).zoom).toBeCloseTo(492 / 1024);
    expect(showsAll(fitView(image, port), image, port)).toBe(true);
    expect(showsAll(fillView(image, port), image, port)).toBe(false);
  });

  test('window and image positions are inverse to each other', () => {
    const view = { x: 300, y: 512, zoom: 1.7 };
    const at = imagePoint(view, 100, 200, port);
    const back = windowPoint(view, at.x, at.y, port);
    expect(back.x).toBeCloseTo(100);
    expect(back.y).toBeCloseTo(200);
  });

  test('zooming keeps the point under the pointer', () => {
    const view = fillView(image, port);
    const before = imagePoint(view, 600, 200, port);
    const after = imagePoint(zoomAt(view, 3, 600, 200, image, port), 600, 200, port);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });

  test('the image cannot be dragged or zoomed out of reach', () => {
    const far = panBy(fillView(image, port), 1e6, 1e6, image, port);
    const corner = imagePoint(far, 0, 0, port);
    expect(corner.x).toBeCloseTo(0);
    expect(corner.y).toBeCloseTo(0);
    expect(clampView({ x: 0, y: 0, zoom: 1e9 }, image, port).zoom).toBe(64);
    expect(clampView({ x: 0, y: 0, zoom: 0 }, image, port).zoom).toBeGreaterThan(0);
  });

  test('the overview frame is the part of the image in the window', () => {
    const part = visiblePart(fillView(image, port), image, port);
    expect(part.x).toBeCloseTo(0);
    expect(part.width).toBeCloseTo(1);
    expect(part.height).toBeCloseTo(492 / 832);
    expect(part.y).toBeCloseTo((1 - 492 / 832) / 2);
  });
});

describe('blending', () => {
  const channel = (pixels: number[], colour: typeof SOURCE_RGB, gamma = 1) => ({
    pixels: Float32Array.from(pixels),
    colour,
    black: 100,
    white: 1100,
    gamma,
  });

  test('black is black, white is the colour, and what lies beyond is clamped', () => {
    const rgba = new Uint8ClampedArray(4 * 4);
    blend([channel([100, 1100, -500, 99999], SOURCE_RGB)], rgba);
    expect([...rgba.slice(0, 4)]).toEqual([0, 0, 0, 255]);
    expect([...rgba.slice(4, 8)]).toEqual([25, 211, 240, 255]);
    expect([...rgba.slice(8, 12)]).toEqual([0, 0, 0, 255]);
    expect([...rgba.slice(12, 16)]).toEqual([25, 211, 240, 255]);
  });

  test('source and target at full sum to white', () => {
    const rgba = new Uint8ClampedArray(4);
    blend([channel([1100], SOURCE_RGB), channel([1100], TARGET_RGB)], rgba);
    expect([...rgba]).toEqual([255, 255, 255, 255]);
  });

  test('gamma above one brightens the middle and leaves the ends', () => {
    const [plain, bright] = [new Uint8ClampedArray(12), new Uint8ClampedArray(12)];
    blend([channel([100, 600, 1100], SOURCE_RGB)], plain);
    blend([channel([100, 600, 1100], SOURCE_RGB, 2)], bright);
    expect(bright[5]).toBeGreaterThan(plain[5] as number);
    expect(bright[1]).toBe(0);
    expect(bright[9]).toBe(211);
  });

  test('the same values in any sample type look the same', () => {
    const colours = [Uint8Array, Int16Array, Uint16Array, Float32Array, Float64Array].map((Samples) => {
      const rgba = new Uint8ClampedArray(4);
      blend([{ pixels: Samples.from([120]), colour: TARGET_RGB, black: 0, white: 240, gamma: 1 }], rgba);
      return [...rgba].join();
    });
    expect(new Set(colours).size).toBe(1);
  });

  test('NaN is black, not a colour', () => {
    const rgba = new Uint8ClampedArray(4);
    blend([channel([Number.NaN], SOURCE_RGB)], rgba);
    expect([...rgba]).toEqual([0, 0, 0, 255]);
  });

  test('an empty display range is a step', () => {
    const rgba = new Uint8ClampedArray(8);
    blend([{ pixels: Uint8Array.from([4, 5]), colour: SOURCE_RGB, black: 5, white: 5, gamma: 1 }], rgba);
    expect(rgba[1]).toBe(0);
    expect(rgba[5]).toBe(211);
  });
});

describe('the difference', () => {
  test('is grey where nothing changed, blue where it fell, orange where it rose', () => {
    expect(differenceColour(0)).toEqual([128, 128, 128]);
    expect(differenceColour(-1)).toEqual([0x4d, 0x8d, 0xff]);
    expect(differenceColour(7)).toEqual([0xff, 0x9a, 0x3d]);
    const rgba = new Uint8ClampedArray(12);
    difference(Uint16Array.from([500, 500, 500]), Float32Array.from([500, 0, 1000]), 500, rgba);
    expect([...rgba.slice(0, 3)]).toEqual([128, 128, 128]);
    expect([...rgba.slice(4, 7)]).toEqual([0x4d, 0x8d, 0xff]);
    expect([...rgba.slice(8, 11)]).toEqual([0xff, 0x9a, 0x3d]);
  });
});

describe('smaller copies', () => {
  test('are means, and keep the total of an even image', () => {
    const half = halve({ pixels: Uint16Array.from([1, 3, 5, 7, 2, 4, 6, 8]), width: 4, height: 2 });
    expect([...half.pixels]).toEqual([2.5, 6.5]);
  });

  test('odd edges are means of what is there', () => {
    const half = halve({ pixels: Uint8Array.from([1, 2, 9, 3, 4, 9, 5, 7, 8]), width: 3, height: 3 });
    expect(half.width).toBe(2);
    expect([...half.pixels]).toEqual([2.5, 9, 6, 8]);
  });

  test('are made once a plane', () => {
    const raster = { pixels: new Uint16Array(64), width: 8, height: 8 };
    expect(reduced(raster, 0)).toBe(raster);
    expect(reduced(raster, 2)).toBe(reduced(raster, 2));
    expect(reduced(raster, 2).width).toBe(2);
  });

  test('have pixels just not smaller than the screen', () => {
    expect(levelFor(1, 1024, 1024)).toBe(0);
    expect(levelFor(0.5, 1024, 1024)).toBe(1);
    expect(levelFor(0.3, 1024, 1024)).toBe(1);
    expect(levelFor(0.001, 8, 8)).toBe(3);
  });
});

describe('the scale bar', () => {
  test('is the longest round length that fits', () => {
    const bar = scaleBar({ value: 0.108, unit: 'um' }, 0.8125, 160);
    expect(bar.label).toBe('20\u202fµm');
    expect(bar.width).toBeCloseTo((20 / 0.108) * 0.8125);
    expect(bar.width).toBeLessThanOrEqual(160);
  });

  test('is in pixels when the file gives no size', () => {
    expect(scaleBar(null, 6.5, 160).label).toBe('20\u202fpx');
  });

  test('always lies between two fifths of the room and the room', () => {
    for (let zoom = 0.01; zoom < 64; zoom *= 1.3) {
      const { width } = scaleBar({ value: 0.217, unit: 'µm' }, zoom, 160);
      expect(width).toBeLessThanOrEqual(160 * (1 + 1e-9));
      expect(width).toBeGreaterThanOrEqual(160 * 0.4 - 1e-9);
    }
  });
});

test('colours are read from #rrggbb and nothing else', () => {
  expect(parseColour('#19d3f0')).toEqual([25, 211, 240]);
  expect(parseColour('red')).toBeNull();
});
