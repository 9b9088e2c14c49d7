// One channel: shown or not, its role, histogram with display range, gamma.
import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { layout } from '../app/layout';
import { corrected } from '../correct/picasso/picasso';
import { after, before } from '../correct/preview';
import { roleOf } from '../correct/unmix';
import { stack } from '../open/stack';
import { TableButton, type TableData } from '../plots/data-table';
import { roundUp } from '../plots/ticks';
import { formatNumber, formatPixel, NONE } from '../ui/format';
import { EyeIcon, EyeOffIcon } from '../ui/icons';
import { NumberField } from '../ui/number-field';
import { cssColour } from '../viewer/colours';
import { type ChannelLook, channelColour, channelName, looks, setLook } from './channels';
import { autoRange, countAtLeast, type Histogram, histogram, typeMaximum } from './histogram';
import { HistogramPlot } from './histogram-plot';

const BINS = 112;

/** Ends of the histogram's axis: round numbers around what has been seen. */
function axis(look: ChannelLook): { low: number; high: number } {
  const low = look.least < 0 ? -roundUp(-look.least) : 0;
  return { low, high: Math.max(roundUp(Math.max(look.most, 0)), low + 1e-9) };
}

function paint(channel: number): { fill: string; dim: string } {
  const role = roleOf(channel);
  if (role) return { fill: `var(--${role}-fill)`, dim: `var(--${role}-dim)` };
  const colour = cssColour(channelColour(channel));
  return { fill: colour, dim: `color-mix(in srgb, ${colour} 24%, var(--panel))` };
}

/** Fourteen classes are enough to read; the histogram is drawn from finer ones. */
const CLASSES = 14;

function histogramTable(name: string, raw: Histogram | null, done: Histogram | null): TableData {
  const per = BINS / CLASSES;
  const sum = (h: Histogram | null, i: number) =>
    h ? formatNumber(h.counts.slice(i * per, (i + 1) * per).reduce((a, b) => a + b, 0)) : NONE;
  const edge = (i: number) => (raw ? formatPixel(raw.low + (i * (raw.high - raw.low)) / CLASSES) : '');
  return {
    title: `${name}, this plane`,
    columns: ['Counts', done ? 'Pixels before' : 'Pixels', ...(done ? ['after'] : [])],
    rows: Array.from({ length: CLASSES }, (_, i) => [
      `${edge(i)} to ${edge(i + 1)}`,
      sum(raw, i),
      ...(done ? [sum(done, i)] : []),
    ]),
  };
}

export function ChannelCard({ channel }: { channel: number }) {
  const look = looks.value[channel];
  const name = channelName(channel);
  const role = roleOf(channel);
  const { low, high } = look ? axis(look) : { low: 0, high: 1 };

  const data = useMemo(
    () =>
      computed(() => {
        const raw = before.value?.channels.get(channel);
        const changes = roleOf(channel) === 'target' || corrected.value.includes(channel);
        const done = changes ? after.value?.channels.get(channel) : undefined;
        const limit = before.value ? typeMaximum(before.value.type) : null;
        return {
          raw: raw ? histogram(raw, low, high, BINS) : null,
          done: done ? histogram(done, low, high, BINS) : null,
          saturated: raw && limit !== null ? countAtLeast(raw, limit) : null,
        };
      }),
    [channel, low, high],
  ).value;

  if (!look) return null;
  const colours = paint(channel);
  const set = (changes: Partial<ChannelLook>) => setLook(channel, changes);
  const raw = before.value?.channels.get(channel);
  const phone = layout.value === 'phone';
  const step = high - low >= 20 ? 1 : (high - low) / 100;
  const decimals = high - low >= 20 ? undefined : Math.max(0, 3 - Math.ceil(Math.log10(high - low)));
  const table = <TableButton title={`histogram of ${name}`} make={() => histogramTable(name, data.raw, data.done)} />;
  const tools = (
    <>
      <button
        type="button"
        class="link"
        aria-label={`Auto range of ${name}`}
        disabled={!raw}
        onClick={() => raw && set(autoRange(raw))}
      >
        Auto
      </button>
      <button
        type="button"
        class="link"
        aria-label={`Full range of ${name}`}
        onClick={() => set({ black: look.least, white: Math.max(look.most, look.least + 1e-9) })}
      >
        Full range
      </button>
    </>
  );

  return (
    <section class={`channel ${look.visible ? '' : 'off'}`} aria-label={`Channel ${name}`}>
      <div class="channel-head">
        <button
          type="button"
          class="icon-button eye"
          aria-label={`Show ${name}`}
          aria-pressed={look.visible}
          onClick={() => set({ visible: !look.visible })}
        >
          {look.visible ? <EyeIcon /> : <EyeOffIcon />}
        </button>
        <i class="swatch" style={{ background: role ? `var(--${role}-fill)` : cssColour(channelColour(channel)) }} />
        <h3>{name}</h3>
        {role && <span class={`role ${role}`}>{role}</span>}
        {phone ? (
          <span class="channel-tools">
            {tools}
            {table}
          </span>
        ) : (
          channel < 9 && <kbd aria-label={`key ${channel + 1}`}>{channel + 1}</kbd>
        )}
      </div>
      <HistogramPlot
        name={name}
        main={data.done ?? data.raw}
        ghost={data.done ? data.raw : null}
        low={low}
        high={high}
        black={look.black}
        white={look.white}
        fill={colours.fill}
        dim={colours.dim}
        onRange={set}
      />
      <div class="channel-numbers">
        <div>
          <span aria-hidden="true">Black</span>
          <NumberField
            label={`Black of ${name}`}
            value={look.black}
            step={step}
            decimals={decimals}
            onInput={(value) => value !== null && value < look.white && set({ black: value })}
          />
        </div>
        <div>
          <span aria-hidden="true">White</span>
          <NumberField
            label={`White of ${name}`}
            value={look.white}
            step={step}
            decimals={decimals}
            onInput={(value) => value !== null && value > look.black && set({ white: value })}
          />
        </div>
        <div>
          <span aria-hidden="true">Gamma</span>
          <NumberField
            label={`Gamma of ${name}`}
            value={look.gamma}
            min={0.1}
            max={5}
            step={0.05}
            decimals={2}
            onInput={(value) => value !== null && set({ gamma: value })}
          />
        </div>
      </div>
      {!phone && (
        <div class="channel-foot">
          {tools}
          {table}
          <span class="channel-fact">
            {data.done ? (
              <>
                <i class="ghost-key" /> before
              </>
            ) : data.saturated === null ? null : (
              `${formatNumber(data.saturated)} saturated`
            )}
          </span>
        </div>
      )}
    </section>
  );
}

export function ChannelCards() {
  const count = stack.value ? looks.value.length : 0;
  return (
    <div class="channels">
      {Array.from({ length: count }, (_, channel) => (
        <ChannelCard key={channel} channel={channel} />
      ))}
    </div>
  );
}
