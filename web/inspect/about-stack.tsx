// The right panel of Inspect: all the file says of itself, which channel bleeds into which, and the way on.
import { step } from '../app/steps';
import { setRole, sourceChannel, targetChannel, unmixEnabled } from '../correct/unmix';
import { shapeOf, stack } from '../open/stack';
import { formatBytes, formatNumber, formatQuantity } from '../ui/format';
import { InfoIcon, WarnIcon } from '../ui/icons';
import { ChannelSelects } from './channel-selects';
import { channelName } from './channels';

const AXES_FROM: Record<string, string> = {
  ome: 'from OME metadata',
  imagej: 'from ImageJ’s description',
  user: 'as you said',
  'single plane': 'a single page',
};

export function AboutStack() {
  const open = stack.value;
  if (!open) return null;
  const { inspection } = open;
  const shape = shapeOf(open);
  const { x, y, z } = inspection.pixel_size;
  const size = [x, y, z].map((q) => (q ? formatQuantity(q.value, q.unit) : null));
  const pixel = size[0] && size[0] === size[1] ? size[0] : size[0] && size[1] ? `${size[0]} × ${size[1]}` : 'not in the file';
  const facts: [string, string][] = [
    ['Format', `${inspection.format}, ${inspection.compression}`],
    ['Size', formatBytes(inspection.bytes)],
    ['Axes', [`${shape.t} t · ${shape.z} z · ${shape.c} c`, AXES_FROM[inspection.axes_from ?? '']].filter(Boolean).join(', ')],
    ['Plane', `${formatNumber(shape.x)} × ${formatNumber(shape.y)} px, ${inspection.type}`],
    ['Pixel', pixel],
    ['Slice step', shape.z > 1 ? (size[2] ?? 'not in the file') : 'one slice'],
    [
      'Time step',
      shape.t > 1
        ? inspection.time_increment
          ? formatQuantity(inspection.time_increment.value, inspection.time_increment.unit)
          : 'not in the file'
        : 'one time point',
    ],
  ];
  const bands = inspection.channels
    .map((channel, i) => ({ ...channel, name: channelName(i) }))
    .filter((channel) => channel.excitation_nm !== null || channel.emission_nm !== null);
  return (
    <section class="panel-scroll about" aria-labelledby="about-title">
      <div class="panel-head">
        <h2 id="about-title">About this stack</h2>
      </div>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {bands.map((channel) => (
          <div key={channel.name}>
            <dt>{channel.name}</dt>
            <dd>
              {[
                channel.excitation_nm !== null && `${channel.excitation_nm} nm excitation`,
                channel.emission_nm !== null && `${channel.emission_nm} nm emission`,
              ]
                .filter(Boolean)
                .join(', ')}
            </dd>
          </div>
        ))}
      </dl>
      {inspection.warnings.map((warning) => (
        <div key={warning} class="note warn">
          <WarnIcon />
          <p>{warning}</p>
        </div>
      ))}
      {shape.c > 1 ? (
        <div class="about-roles">
          <h3>Which channel bleeds into which?</h3>
          <ChannelSelects source={sourceChannel.value} target={targetChannel.value} onChange={setRole} />
        </div>
      ) : (
        <div class={unmixEnabled.value ? 'note warn' : 'note'}>
          {unmixEnabled.value ? <WarnIcon /> : <InfoIcon />}
          <p>
            <b>One channel only.</b> Unmixing needs two: the dye that bleeds and the channel it bleeds into. Steps that take
            one, such as the camera's gain, are under Add step.
          </p>
        </div>
      )}
      <div class="about-next">
        <button
          type="button"
          class="button ink"
          onClick={() => {
            step.value = 'correct';
          }}
        >
          {shape.c > 1 ? 'Correct the bleed-through' : 'Choose the steps'}
        </button>
      </div>
    </section>
  );
}
