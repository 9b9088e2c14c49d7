// Decoding every plane of a stack in one worker, by our module or by one of the two JavaScript readers people use today.

import { fromArrayBuffer } from 'geotiff';
import UTIF from 'utif2';
import createWebUnmix from '#webunmix';
import wasmUrl from '#webunmix.wasm?url';

export type Decoder = 'webunmix' | 'utif2' | 'geotiff';
export interface DecodeRequest {
  file: File;
  decoder: Decoder;
}

/** Every decoder returns the bytes it decoded and a checksum of every 4099th sample, so that none can skip work unnoticed. */
interface Decoded {
  bytes: number;
  checksum: number;
}

const sampleStep = 4099;

function addSamples(decoded: Decoded, bytes: Uint8Array): void {
  const samples = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  decoded.bytes += bytes.byteLength;
  for (let i = 0; i < samples.length; i += sampleStep)
    decoded.checksum = (decoded.checksum * 31 + (samples[i] ?? 0)) % 1_000_003;
}

/** Given the whole file in memory, returns the decoding that is timed. Loading a module is not part of it. */
type Prepare = (file: ArrayBuffer) => Promise<() => Decoded | Promise<Decoded>>;

const prepareWebUnmix: Prepare = async (file) => {
  const binary = await (await fetch(wasmUrl)).arrayBuffer();
  const module = await createWebUnmix({ wasmBinary: binary });
  const bytes = new Uint8Array(file);
  const source = {
    size: bytes.length,
    name: 'bench.tif',
    read: (offset: number, into: Uint8Array) => into.set(bytes.subarray(offset, offset + into.length)),
  };
  return () => {
    const engine = new module.Engine();
    try {
      const opened = engine.openInput('main', source, '');
      if (!opened.ok) throw new Error(opened.message);
      const [t, z, c, y] = (JSON.parse(opened.value) as { shape: [number, number, number, number, number] }).shape;
      const decoded = { bytes: 0, checksum: 0 };
      for (let at = 0; at < t * z * c; at += 1) {
        const box = {
          input: 0,
          t: Math.floor(at / (z * c)),
          z: Math.floor(at / c) % z,
          channels: [at % c],
          y_begin: 0,
          y_end: y,
        };
        const plane = engine.view(0, JSON.stringify(box));
        if (!plane.ok) throw new Error(plane.message);
        addSamples(decoded, plane.value.bytes);
      }
      return decoded;
    } finally {
      engine.delete();
    }
  };
};

const prepareUtif: Prepare = async (file) => () => {
  const decoded = { bytes: 0, checksum: 0 };
  for (const ifd of UTIF.decode(file)) {
    UTIF.decodeImage(file, ifd);
    addSamples(decoded, (ifd as unknown as { data: Uint8Array }).data);
    Reflect.deleteProperty(ifd, 'data');
  }
  return decoded;
};

const prepareGeotiff: Prepare = async (file) => async () => {
  const tiff = await fromArrayBuffer(file);
  const pages = await tiff.getImageCount();
  const decoded = { bytes: 0, checksum: 0 };
  for (let page = 0; page < pages; page += 1) {
    const [samples] = (await (await tiff.getImage(page)).readRasters()) as unknown as [Uint16Array];
    addSamples(decoded, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  }
  return decoded;
};

self.onmessage = async ({ data }: MessageEvent<DecodeRequest>) => {
  const prepare = { webunmix: prepareWebUnmix, utif2: prepareUtif, geotiff: prepareGeotiff }[data.decoder];
  try {
    const decode = await prepare(await data.file.arrayBuffer());
    // Once on a small share of the work would warm nothing that the stack does not warm itself: 64 planes are decoded in each run.
    const started = performance.now();
    const decoded = await decode();
    self.postMessage({ ...decoded, seconds: (performance.now() - started) / 1000 });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
