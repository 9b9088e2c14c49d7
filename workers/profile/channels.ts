// Whose profile a file is: profiles of several channels come as one file a channel, in folders that bear the channels' names.
import { UnmixError } from '../error';

/** What a channel is called where profiles are kept: its name, or its number on the page. */
export function channelLabel(names: readonly string[], channel: number): string {
  return names[channel] || `channel ${channel + 1}`;
}

/** `files` in the order of the channels; one without a label is of all channels. Rejects with bad_file when a channel has none. */
export function inChannelOrder<T extends { label: string | undefined; name: string }>(
  files: readonly T[],
  names: readonly string[],
): T[] {
  const [first] = files;
  if (!first || (files.length === 1 && first.label === undefined)) return [...files];
  const given = files.map(({ label, name }) => label ?? name).join(', ');
  return names.map((_, channel) => {
    const label = channelLabel(names, channel);
    const file = files.find((each) => each.label === label);
    if (file) return file;
    throw new UnmixError(
      'bad_file',
      `There is no profile of the channel "${label}": given are ${given}. Each channel needs one, in a folder that bears the channel's exact name (${label}/profiles.npz).`,
    );
  });
}
