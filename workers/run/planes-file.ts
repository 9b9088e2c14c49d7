// Planes that steps have learnt, as one file: what the core's writer is told, and the name each plane has in it.
import type { NamedPlane, StepMap } from '../api';
import { UnmixError } from '../error';

export function describePlanes(name: string, planes: NamedPlane[]): { about: string; values: Uint8Array } {
  const [first] = planes;
  if (!first) throw new UnmixError('bad_setting', `${name}: there are no planes to write.`);
  const odd = planes.find(({ height, width }) => height !== first.height || width !== first.width);
  if (odd) {
    throw new UnmixError(
      'bad_setting',
      `${name}: ${odd.name} has ${odd.height} x ${odd.width} pixels and ${first.name} ${first.height} x ${first.width}; planes of one file have one size.`,
    );
  }
  const { height, width } = first;
  const values = new Float32Array(planes.length * height * width);
  for (const [i, plane] of planes.entries()) values.set(plane.values, i * height * width);
  return {
    about: JSON.stringify({ name, planes: planes.map((plane) => plane.name), height, width }),
    values: new Uint8Array(values.buffer),
  };
}

/** Maps by names that tell them apart: with the channel when there are several, with the step when several steps have them. */
export function namedPlanes(maps: StepMap[], channels: readonly { name: string }[]): NamedPlane[] {
  const many = (key: 'channel' | 'step') => new Set(maps.map((map) => map[key])).size > 1;
  const [manySteps, manyChannels] = [many('step'), many('channel')];
  return maps.map((map) => {
    const channel = channels[map.channel]?.name || `channel ${map.channel}`;
    const name = [map.name, manyChannels && channel, manySteps && `step ${map.step}`].filter(Boolean).join(', ');
    return { ...map, name };
  });
}
