// A large stack that costs little disk: a BigTIFF whose first time point is copied from a real one and whose other planes are holes
// of the file (zeros). It shows that memory does not grow with the stack; nobody would want to keep 8 GB of test pictures.
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const pageAlign = 4096;

/**
 * @param {string} path
 * @param {{ t: number, z: number, c: number, y: number, x: number }} shape uint16, planes in the order C, Z, T (C fastest)
 * @param {(plane: number) => Uint8Array} pixels little-endian pixels of the planes of t = 0
 */
export function writeSparseTiff(path, shape, pixels) {
  const { t, z, c, y, x } = shape;
  const planes = t * z * c;
  const planeBytes = y * x * 2;
  const description = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16" SizeX="${x}" SizeY="${y}" SizeC="${c}" SizeZ="${z}" SizeT="${t}"><TiffData/></Pixels></Image></OME>\0`,
  );
  // Layout: header, description, directories, then the planes from a page border on.
  const descriptionOffset = 16;
  /** @param {number} page @returns {[tag: number, type: number, count: number, value: number][]} */
  const entries = (page) => [
    [256, 4, 1, x],
    [257, 4, 1, y],
    [258, 3, 1, 16],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    ...(page === 0
      ? /** @type {[number, number, number, number][]} */ ([[270, 2, description.length, descriptionOffset]])
      : []),
    [273, 16, 1, pixelsOffset + page * planeBytes],
    [277, 3, 1, 1],
    [278, 4, 1, y],
    [279, 16, 1, planeBytes],
    [339, 3, 1, 1],
  ];
  const directoryBytes = (/** @type {number} */ page) => 8 + 20 * (page === 0 ? 11 : 10) + 8;
  const firstDirectory = Math.ceil((descriptionOffset + description.length) / 8) * 8;
  const pixelsOffset =
    Math.ceil((firstDirectory + directoryBytes(0) + (planes - 1) * directoryBytes(1)) / pageAlign) * pageAlign;

  const head = Buffer.alloc(pixelsOffset);
  head.write('II', 0, 'latin1');
  head.writeUInt16LE(43, 2);
  head.writeUInt16LE(8, 4);
  head.writeBigUInt64LE(BigInt(firstDirectory), 8);
  description.copy(head, descriptionOffset);
  let at = firstDirectory;
  for (let page = 0; page < planes; page += 1) {
    const list = entries(page);
    const next = at + directoryBytes(page);
    head.writeBigUInt64LE(BigInt(list.length), at);
    list.forEach(([tag, type, count, value], i) => {
      const entry = at + 8 + 20 * i;
      head.writeUInt16LE(tag, entry);
      head.writeUInt16LE(type, entry + 2);
      head.writeBigUInt64LE(BigInt(count), entry + 4);
      head.writeBigUInt64LE(BigInt(value), entry + 12);
    });
    head.writeBigUInt64LE(BigInt(page + 1 < planes ? next : 0), at + 8 + 20 * list.length);
    at = next;
  }
  const file = openSync(path, 'w');
  try {
    writeSync(file, head, 0, head.length, 0);
    for (let page = 0; page < z * c; page += 1) writeSync(file, pixels(page), 0, planeBytes, pixelsOffset + page * planeBytes);
    ftruncateSync(file, pixelsOffset + planes * planeBytes);
  } finally {
    closeSync(file);
  }
}
