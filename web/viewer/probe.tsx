// The values under the pointer: source, target before and after, and any other channel that is shown.
import { computed } from '@preact/signals';
import { picassoSettings } from '../correct/picasso/picasso';
import { after, before } from '../correct/preview';
import { outputClips } from '../correct/previewed';
import { conversionOf } from '../correct/unit';
import { roleOf } from '../correct/unmix';
import { channelColour, channelName, looks } from '../inspect/channels';
import { formatPixel, THIN } from '../ui/format';
import { RoleDot } from '../ui/icons';
import { cssColour } from './colours';
import type { ShownPlane } from './planes';
import { probe } from './state';

interface Reading {
  channel: number;
  before: number;
  after: number | null;
}

function valueAt(plane: ShownPlane | null, channel: number, x: number, y: number): number | null {
  const pixels = plane?.channels.get(channel);
  return plane && pixels ? (pixels[y * plane.width + x] ?? null) : null;
}

const readings = computed<Reading[] | null>(() => {
  const at = probe.value;
  const plane = before.value;
  if (!at || !plane) return null;
  const [x, y] = [Math.floor(at.x), Math.floor(at.y)];
  if (x < 0 || y < 0 || x >= plane.width || y >= plane.height) return null;
  const clips = outputClips.value;
  return looks.value.flatMap((look, channel) => {
    const value = valueAt(plane, channel, x, y);
    if (!look.visible || value === null) return [];
    const done = valueAt(after.value, channel, x, y);
    const shown = done !== null && clips ? Math.max(done, 0) : done;
    return [{ channel, before: value, after: shown !== null && Math.abs(shown - value) > 1e-6 ? shown : null }];
  });
});

export function ProbeValues() {
  const values = readings.value;
  if (!values || values.length === 0) return null;
  return (
    <div class="glass probe">
      {values.map(({ channel, before: value, after: done }) => {
        const role = roleOf(channel);
        const electrons = conversionOf(channel).gain !== 1;
        // Shown in the unit of the input, whatever is written.
        const counts = picassoSettings.value?.output_units === 'normalised';
        return (
          <span key={channel} class="probe-value">
            {role ? <RoleDot of={role} /> : <i class="swatch-dot" style={{ background: cssColour(channelColour(channel)) }} />}
            <span style={{ color: cssColour(channelColour(channel)) }}>{channelName(channel)}</span> {formatPixel(value)}
            {done !== null && ` → ${formatPixel(done)}${electrons ? `${THIN}e-` : counts ? ' counts' : ''}`}
          </span>
        );
      })}
    </div>
  );
}
