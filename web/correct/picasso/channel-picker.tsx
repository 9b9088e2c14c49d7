// Which channels are unmixed and what may bleed into what: blind, or by roles; as a graph, a list with roles, and a matrix to tick.

import type { StepKind } from '../../../workers/api';
import { channelColour, channelName } from '../../inspect/channels';
import { Segmented } from '../../ui/segmented';
import { cssColour } from '../../viewer/colours';
import { planError } from '../plan';
import { settingInMessage } from '../settings';
import { blind, listRole, relate, relations, select, selected, setBlind, setRole, stackChannels } from './picasso';
import { currentPool } from './picasso-fit';
import { shareFound } from './picasso-report';
import { type ListRole, relationsInWords } from './relations';
import { RolesGraph } from './roles-graph';

/** Settings that this control stands for. */
export const PICKED = ['channels', 'implementation', 'source_sink_matrix', 'sink_channels', 'neutral_channels'];

function Swatch({ channel }: { channel: number }) {
  return <i class="swatch" style={{ background: cssColour(channelColour(channel)) }} aria-hidden="true" />;
}

const ROLE_WORDS: Record<ListRole, string> = { source: 'Source', sink: 'Sink', neutral: 'Neutral' };

function ChannelRow({ channel }: { channel: number }) {
  const place = selected.value.indexOf(channel);
  const taken = place >= 0;
  const name = channelName(channel);
  return (
    <li class={taken ? '' : 'left-out'}>
      <label>
        <input
          type="checkbox"
          class="tick-box"
          checked={taken}
          disabled={taken && selected.value.length <= 2}
          onChange={(event) => select(channel, event.currentTarget.checked)}
        />
        <Swatch channel={channel} />
        <span class="channel-word">{name}</span>
      </label>
      {!taken ? (
        <span class="setting-note">passes through</span>
      ) : blind.value ? (
        <span class="setting-note">unmixed</span>
      ) : (
        <select
          class="field"
          aria-label={`Role of ${name}`}
          value={listRole(place)}
          onChange={(event) => setRole(place, event.currentTarget.value as ListRole)}
        >
          {(Object.keys(ROLE_WORDS) as ListRole[]).map((role) => (
            <option key={role} value={role}>
              {ROLE_WORDS[role]}
            </option>
          ))}
        </select>
      )}
    </li>
  );
}

function RelationMatrix() {
  const channels = selected.value;
  return (
    <table class="relation-matrix">
      <caption>Rows bleed into columns</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="sr-only">Source</span>
          </th>
          {channels.map((channel) => (
            <th key={channel} scope="col" title={channelName(channel)}>
              <Swatch channel={channel} />
              <span class="sr-only">into {channelName(channel)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {channels.map((channel, source) => (
          <tr key={channel}>
            <th scope="row">
              <Swatch channel={channel} />
              <span class="channel-word">{channelName(channel)}</span>
            </th>
            {channels.map((other, sink) => (
              <td key={other}>
                {source === sink ? (
                  <span aria-hidden="true">·</span>
                ) : (
                  <input
                    type="checkbox"
                    class="tick-box"
                    aria-label={`${channelName(channel)} may bleed into ${channelName(other)}`}
                    checked={relations.value[source]?.[sink] ?? false}
                    onChange={(event) => relate(source, sink, event.currentTarget.checked)}
                  />
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ChannelPicker({ kind }: { kind: StepKind }) {
  const error = planError.value;
  const named = error && settingInMessage(kind, error.message);
  const wrong = error && named && PICKED.includes(named) ? relationsInWords(error.message) : null;
  const pool = currentPool.value;
  return (
    <div class="channel-picker">
      <Segmented
        label="What bleeds into what"
        class="picker-mode"
        value={blind.value ? 'blind' : 'roles'}
        onChange={(next) => setBlind(next === 'blind')}
        choices={[
          { value: 'blind', label: 'Blind' },
          { value: 'roles', label: 'Sources and sinks' },
        ]}
      />
      <p class="picker-hint">
        {blind.value
          ? 'Any channel may bleed into any other; nothing else needs to be known.'
          : 'Only what you relate is taken away. Sinks are corrected; neutral channels give nothing.'}
      </p>
      <RolesGraph
        channels={selected.value}
        relations={relations.value}
        found={(source, sink) => (pool ? shareFound(pool, source, sink) : null)}
      />
      <ul class="picker-channels">
        {stackChannels.value.map((channel) => (
          <ChannelRow key={channel} channel={channel} />
        ))}
      </ul>
      {!blind.value && (
        <div class="scroll-x">
          <RelationMatrix />
        </div>
      )}
      {wrong && (
        <p class="setting-wrong" role="status">
          {wrong}
        </p>
      )}
    </div>
  );
}
