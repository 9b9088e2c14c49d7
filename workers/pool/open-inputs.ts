// Opens the inputs of a session at the desk: files as they are, shading profiles of numpy as the stack the core makes of them.
import type { Inspection, WebUnmix } from '../api';
import { UnmixError } from '../error';
import type { Platform } from '../platform';
import { inChannelOrder } from '../profile/channels';
import { looksLikeNpy, looksZipped, readNpz } from '../profile/npz';
import { type TileLayout, tileLayout } from '../profile/tile-layout';
import type { SourceSpec } from '../source/spec';
import type { EngineLink } from './engine-link';
import type { OpenInput } from './setup';

export type InputRequest = Parameters<WebUnmix['open']>[0][number];

/** An input that is open, with what its file says of itself. */
export interface OpenedInput {
  input: OpenInput;
  inspection: Inspection;
}

/** The profiles among the requests that are numpy's; together they become one input, the last one. */
interface Zipped {
  source: SourceSpec;
  label: string | undefined;
}

/** Whether an input is a profile of numpy's. Rejects one that is an array without a name. */
async function isZippedProfile(platform: Platform, role: string, source: SourceSpec): Promise<boolean> {
  if (role !== 'profile' || source.size < 6) return false;
  const begin = await platform.read(source, 0, 6);
  if (looksLikeNpy(begin)) {
    throw new UnmixError(
      'unsupported',
      `${source.name} is a single array of numpy. A profile is an .npz, whose arrays have names: save it with numpy.savez("profiles.npz", flatfield=array).`,
    );
  }
  const zipped = looksZipped(begin);
  if (!zipped && /\.npz$/i.test(source.name)) {
    throw new UnmixError(
      'bad_file',
      `${source.name} is no .npz: it is not a zip of arrays. Copy it again, or save it with numpy.savez("profiles.npz", flatfield=array).`,
    );
  }
  return zipped;
}

/**
 * Closes what the desk has open and opens `wanted` in its place: what is known already by its index, what is new by its file.
 * After an error the desk counts as having nothing open.
 */
export async function openAll(
  desk: EngineLink,
  platform: Platform,
  wanted: readonly (InputRequest | OpenedInput)[],
): Promise<OpenedInput[]> {
  desk.forget();
  await desk.call('closeInputs', null);
  const opened: OpenedInput[] = [];
  const zipped: Zipped[] = [];
  for (const each of wanted) {
    if ('input' in each) {
      const { role, source, index } = each.input;
      await desk.call('openIndexed', { role, source, index });
      opened.push(each);
      continue;
    }
    const source = await platform.describe(each.file);
    if (await isZippedProfile(platform, each.role, source)) {
      zipped.push({ source, label: each.channel });
      continue;
    }
    const first = await openFile(desk, opened.length, each.role, source, [source], each.axes);
    opened.push(first);
    if (each.role === 'main') await openTiles(desk, first, opened);
  }
  if (zipped.length > 0) opened.push(await openZipped(desk, platform, opened, zipped));
  const ordered = inPlaces(opened);
  return ordered ? openAll(desk, platform, ordered) : opened;
}

/** The main stacks as tiles, when their files say where they lie. */
export function layoutOf(opened: readonly OpenedInput[]): TileLayout | null {
  return tileLayout(opened.filter(({ input }) => input.role === 'main').map(({ inspection }) => inspection));
}

/** The inputs with the main ones in the order of where they lie, first; null when they are in it. */
function inPlaces(opened: readonly OpenedInput[]): OpenedInput[] | null {
  const layout = layoutOf(opened);
  if (!layout || layout.order.every((tile, i) => tile === i)) return null;
  const mains = opened.filter(({ input }) => input.role === 'main');
  const others = opened.filter(({ input }) => input.role !== 'main');
  return [...layout.order.map((tile) => mains[tile] as OpenedInput), ...others];
}

async function openFile(
  desk: EngineLink,
  input: number,
  role: string,
  source: SourceSpec,
  files: SourceSpec[],
  axes = '',
): Promise<OpenedInput> {
  const inspection = JSON.parse(await desk.call('openInput', { role, source, axes })) as Inspection;
  return { input: { role, source, index: await desk.call('inputIndex', { input }), files }, inspection };
}

/** The other images of a file whose first is open: each is a stack of its own. */
async function openTiles(desk: EngineLink, first: OpenedInput, opened: OpenedInput[]): Promise<void> {
  const at = opened.length - 1;
  const { name, tiles = [] } = first.inspection;
  const named = (tile: Inspection['tiles'][number]) => `${name}, ${tile.name || `image ${tile.image + 1}`}`;
  for (const tile of tiles) {
    if (tile === tiles[0]) {
      first.inspection = { ...first.inspection, name: named(tile) };
      continue;
    }
    const index = await desk.call('imageIndex', { input: at, image: tile.image });
    const { role, source, files } = first.input;
    const inspection = JSON.parse(await desk.call('openIndexed', { role, source, index })) as Inspection;
    opened.push({ input: { role, source, index, files }, inspection: { ...inspection, name: named(tile) } });
  }
}

async function openZipped(
  desk: EngineLink,
  platform: Platform,
  opened: readonly OpenedInput[],
  zipped: readonly Zipped[],
): Promise<OpenedInput> {
  const main = opened.find(({ input }) => input.role === 'main');
  const names = main?.inspection.channels.map(({ name }) => name) ?? [];
  const ordered = inChannelOrder(
    zipped.map(({ source, label }) => ({ source, label, name: source.name })),
    names,
  );
  const arrays: { file: string; channel: string; key: string; bytes: Uint8Array }[] = [];
  for (const { source, label } of ordered) {
    const file = label === undefined ? source.name : `${label}/${source.name}`;
    const members = readNpz(await platform.read(source, 0, source.size), file);
    if (members.length === 0) {
      throw new UnmixError('bad_file', `${file} holds no arrays. A profile needs \`flatfield\`.`);
    }
    for (const { key, bytes } of members) arrays.push({ file, channel: label ?? '', key, bytes });
  }
  const name = ordered.length === 1 ? (ordered[0]?.source.name ?? '') : `${ordered.length} profiles`;
  const parts = await desk.call('writeProfile', { name, arrays });
  const bytes = joined(parts);
  const sources = ordered.map(({ source }) => source);
  const { input, inspection } = await openFile(desk, opened.length, 'profile', platform.keep(name, bytes), sources);
  return { input, inspection: { ...inspection, format: 'NumPy .npz' } };
}

function joined(parts: readonly { offset: number; bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, ...parts.map((part) => part.offset + part.bytes.length)));
  for (const part of parts) bytes.set(part.bytes, part.offset);
  return bytes;
}
