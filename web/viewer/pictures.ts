// What there is to paint: before, after and their difference, with one contrast for both sides.
import { computed } from '@preact/signals';
import { after, before } from '../correct/preview';
import { targetChannel } from '../correct/unmix';
import { channelColour, looks } from '../inspect/channels';
import type { PaintChannel, Picture } from './painter';

const channels = computed<PaintChannel[]>(() =>
  looks.value.flatMap((look, index) =>
    look.visible && look.measured
      ? [{ index, black: look.black, white: look.white, gamma: look.gamma, colour: channelColour(index) }]
      : [],
  ),
);

export const beforePicture = computed<Picture | null>(() =>
  before.value ? { plane: before.value, channels: channels.value } : null,
);

export const afterPicture = computed<Picture | null>(() =>
  after.value ? { plane: after.value, channels: channels.value } : null,
);

export const differencePicture = computed<Picture | null>(() => {
  const [from, plane] = [before.value, after.value];
  if (!from || !plane) return null;
  const channel = targetChannel.value;
  const look = looks.value[channel];
  const span = look ? Math.max(look.white - look.black, 1e-6) : 1;
  return { plane, channels: [], difference: { from, channel, span } };
});
