// The boxes of an item, read from its bytes: their number weighs the item, their planes tell which worker may have them at hand, and
// the first one names the item to a person. Layout: core/run/travel.hpp (little-endian; a count, then the boxes).

export interface BoxPlace {
  input: number;
  t: number;
  z: number;
  yBegin: number;
  yEnd: number;
}

/** The boxes at the beginning of `item`. Stops, with what it has, where the bytes are not what they should be. */
export function boxesOf(item: Uint8Array): BoxPlace[] {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  const boxes: BoxPlace[] = [];
  let at = 0;
  const u64 = (): number => {
    const value = Number(view.getBigUint64(at, true));
    at += 8;
    return value;
  };
  const i32 = (): number => {
    const value = view.getInt32(at, true);
    at += 4;
    return value;
  };
  try {
    const count = u64();
    for (let i = 0; i < count; i += 1) {
      const [input, t, z] = [i32(), i32(), i32()];
      const channels = u64();
      at += 4 * channels;
      boxes.push({ input, t, z, yBegin: u64(), yEnd: u64() });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return boxes;
}

/** Where a box lies, whatever its channels: "0/3/1" is t = 3, z = 1 of the first input. */
export function planeKey(input: number, t: number, z: number): string {
  return `${input}/${t}/${z}`;
}

/** "t = 3, z = 1, rows 0 to 512" (counted from 0); empty for an item that reads nothing. */
export function describeBoxes(boxes: readonly BoxPlace[]): string {
  const [first] = boxes;
  if (!first) return '';
  const more = boxes.length > 1 ? ` and ${boxes.length - 1} more` : '';
  return `t = ${first.t}, z = ${first.z}, rows ${first.yBegin} to ${first.yEnd}${more}`;
}
