// What there is to paint: before, after and their difference, with one contrast for both sides.
import { computed } from '@preact/signals';
import { corrected } from '../correct/picasso/picasso';
import { takenOff } from '../correct/picasso/picasso-fit';
import { after, before } from '../correct/preview';
import { conversionOf } from '../correct/unit';
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

/** Where steps convert counts or take backgrounds off, black and white follow: both sides show the same light alike. */
const channelsAfter = computed<PaintChannel[]>(() =>
  channels.value.map((channel) => {
    const { gain, offset } = conversionOf(channel.index);
    const off = takenOff(channel.index);
    const follow = (value: number) => (value - offset) * gain - off;
    return { ...channel, black: follow(channel.black), white: follow(channel.white) };
  }),
);

export const afterPicture = computed<Picture | null>(() =>
  after.value ? { plane: after.value, channels: channelsAfter.value } : null,
);

/** The channel whose difference is shown: the target, or the first one shown of those that are unmixed together. */
const differenceChannel = computed(() => {
  const unmixed = corrected.value;
  return unmixed.find((channel) => looks.value[channel]?.visible) ?? unmixed[0] ?? targetChannel.value;
});

export const differencePicture = computed<Picture | null>(() => {
  const [from, plane] = [before.value, after.value];
  if (!from || !plane) return null;
  const channel = differenceChannel.value;
  const look = looks.value[channel];
  const span = look ? Math.max(look.white - look.black, 1e-6) : 1;
  const { gain, offset } = conversionOf(channel);
  return { plane, channels: [], difference: { from, channel, span, gain, shift: offset + takenOff(channel) / gain } };
});
