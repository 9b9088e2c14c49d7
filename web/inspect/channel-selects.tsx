// "Bleeds from X into Y": two selects with the edge in the role's colour.
import { useId } from 'preact/hooks';
import { ArrowRight } from '../ui/icons';
import { channelName, looks } from './channels';

export function ChannelSelects(props: {
  source: number;
  target: number;
  onChange: (role: 'source' | 'target', channel: number) => void;
  labels?: { source: string; target: string };
}) {
  const id = useId();
  const select = (role: 'source' | 'target', label: string, value: number) => (
    <div class="role-select">
      <label for={`${id}-${role}`}>{label}</label>
      <select
        id={`${id}-${role}`}
        class={`field edge-${role}`}
        value={String(value)}
        onChange={(event) => props.onChange(role, Number(event.currentTarget.value))}
      >
        {looks.value.map((_, channel) => (
          <option key={channel} value={String(channel)}>
            {channelName(channel)}
          </option>
        ))}
      </select>
    </div>
  );
  return (
    <div class="role-selects">
      {select('source', props.labels?.source ?? 'Bleeds from', props.source)}
      <ArrowRight />
      {select('target', props.labels?.target ?? 'into', props.target)}
    </div>
  );
}
