// Pixels of a plane for a person to look at, band by band: a plane may be larger than a block can be.
import type { PixelView } from '../wasm/webunmix';
import type { Pixels, Plane, PlaneRequest, SampleType } from './api';
import type { EngineLink } from './pool/engine-link';

/** Float32 bytes of a band, all channels. */
const bandBytes = 32 * 2 ** 20;

const arrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export async function readPlane(desk: EngineLink, request: PlaneRequest, shape: readonly number[]): Promise<Plane> {
  const [height, width] = [shape[3] ?? 0, shape[4] ?? 0];
  const { stage, input = 0, t, z, channels } = request;
  const rows = Math.max(1, Math.floor(bandBytes / (4 * Math.max(1, width * channels.length))));
  let whole: { type: SampleType; width: number; channels: Pixels[] } | null = null;
  for (let y = 0; y < height; y += rows) {
    const box = { input, t, z, channels, y_begin: y, y_end: Math.min(height, y + rows) };
    const view = await desk.call('view', { stage, box: JSON.stringify(box) });
    const bands = channelsOf(view, channels.length);
    if (y === 0 && box.y_end === height) return { type: view.type as SampleType, width: view.width, height, channels: bands };
    const Samples = arrays[view.type as SampleType];
    whole ??= {
      type: view.type as SampleType,
      width: view.width,
      channels: channels.map(() => new Samples(view.width * height)),
    };
    for (const [i, band] of bands.entries()) whole.channels[i]?.set(band, y * view.width);
  }
  if (!whole) return { type: 'float32', width, height, channels: channels.map(() => new Float32Array(0)) };
  return { ...whole, height };
}

/** One array per channel, side by side in one buffer. */
function channelsOf(view: PixelView, count: number): Pixels[] {
  const Samples = arrays[view.type as SampleType];
  const length = view.width * view.height;
  const { buffer, byteOffset } = view.bytes;
  return Array.from(
    { length: count },
    (_, i) => new Samples(buffer as ArrayBuffer, byteOffset + i * length * Samples.BYTES_PER_ELEMENT, length),
  );
}
