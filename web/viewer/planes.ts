// Planes that were asked for, kept so that going back and forth in t and z, or switching a channel on, does not ask again.
import type { Pixels, SampleType } from '../../workers/api';
import type { OpenStack } from '../open/stack';

export interface ShownPlane {
  t: number;
  z: number;
  type: SampleType;
  width: number;
  height: number;
  /** By channel index; only channels that were asked for. */
  channels: Map<number, Pixels>;
}

interface Entry {
  type: SampleType;
  width: number;
  height: number;
  pixels: Pixels;
}

const BUDGET = 192 * 1024 * 1024;

/** Planes of a tile as its file has them, least recently used ones dropped when more than 192 MiB are held. */
export class PlaneCache {
  readonly #stack: OpenStack;
  readonly #tile: number;
  readonly #held = new Map<string, Entry>();
  #bytes = 0;

  constructor(stack: OpenStack, tile: number) {
    this.#stack = stack;
    this.#tile = tile;
  }

  async plane(t: number, z: number, channels: number[]): Promise<ShownPlane> {
    const entries = new Map<number, Entry>();
    for (const channel of channels) {
      const held = this.#held.get(`${t}/${z}/${channel}`);
      if (held) entries.set(channel, held);
    }
    const missing = channels.filter((channel) => !entries.has(channel));
    if (missing.length > 0) {
      const plane = await this.#stack.session.plane({ stage: 0, input: this.#tile, t, z, channels: missing });
      missing.forEach((channel, i) => {
        const pixels = plane.channels[i];
        if (pixels) entries.set(channel, { type: plane.type, width: plane.width, height: plane.height, pixels });
      });
    }
    for (const [channel, entry] of entries) this.#keep(`${t}/${z}/${channel}`, entry);
    const first = entries.values().next().value;
    return {
      t,
      z,
      type: first?.type ?? this.#stack.inspection.type,
      width: first?.width ?? 0,
      height: first?.height ?? 0,
      channels: new Map([...entries].map(([channel, entry]) => [channel, entry.pixels])),
    };
  }

  /** Makes `entry` the most recently used one. */
  #keep(key: string, entry: Entry): void {
    if (this.#held.delete(key)) this.#bytes -= entry.pixels.byteLength;
    this.#held.set(key, entry);
    this.#bytes += entry.pixels.byteLength;
    for (const [oldest, old] of this.#held) {
      // The newest entry stays even when it alone is larger than the budget.
      if (this.#bytes <= BUDGET || oldest === key) break;
      this.#held.delete(oldest);
      this.#bytes -= old.pixels.byteLength;
    }
  }
}
