// Decoding every plane of a stack in one worker, by our module or by one of the two JavaScript readers people use today.

import { fromBlob } from 'geotiff';
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

async function withWebUnmix(file: File): Promise<Decoded> {
  const binary = await (await fetch(wasmUrl)).arrayBuffer();
  const module = await createWebUnmix({ wasmBinary: binary });
  const engine = new module.Engine();
  const reader = new FileReaderSync();
  const windowBytes = 4 * 2 ** 20;
  let window = { offset: 0, bytes: new Uint8Array(0) };
  const source = {
    size: file.size,
    name: file.name,
    read(offset: number, into: Uint8Array) {
      if (into.length >= windowBytes) {
        into.set(new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + into.length))));
        return;
      }
      if (offset < window.offset || offset + into.length > window.offset + window.bytes.length) {
        window = { offset, bytes: new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + windowBytes))) };
      }
      into.set(window.bytes.subarray(offset - window.offset, offset - window.offset + into.length));
    },
  };
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
}

async function withUtif(file: File): Promise<Decoded> {
  const buffer = new FileReaderSync().readAsArrayBuffer(file);
  const decoded = { bytes: 0, checksum: 0 };
  for (const ifd of UTIF.decode(buffer)) {
    UTIF.decodeImage(buffer, ifd);
    addSamples(decoded, (ifd as unknown as { data: Uint8Array }).data);
    Reflect.deleteProperty(ifd, 'data');
  }
  return decoded;
}

async function withGeotiff(file: File): Promise<Decoded> {
  const tiff = await fromBlob(file);
  const pages = await tiff.getImageCount();
  const decoded = { bytes: 0, checksum: 0 };
  for (let page = 0; page < pages; page += 1) {
    const [samples] = (await (await tiff.getImage(page)).readRasters()) as unknown as [Uint16Array];
    addSamples(decoded, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  }
  return decoded;
}

self.onmessage = async ({ data }: MessageEvent<DecodeRequest>) => {
  const decode = { webunmix: withWebUnmix, utif2: withUtif, geotiff: withGeotiff }[data.decoder];
  try {
    // Once on a small share of the work would warm nothing that the stack does not warm itself: 64 planes are decoded in each run.
    const started = performance.now();
    const decoded = await decode(data.file);
    self.postMessage({ ...decoded, seconds: (performance.now() - started) / 1000 });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
