// The form of unmix_picasso: the channel picker in the place of the settings it stands for, then the settings of the implementation
// in use, with the reasons for what the page chooses.
import type { SettingInfo, StepKind } from '../../../workers/api';
import { settingsOf } from '../recipe';
import type { Settings } from '../settings';
import { SettingsForm } from '../settings-form';
import { ChannelPicker, PICKED } from './channel-picker';
import { FIRST_VOXELS, picassoSettings } from './picasso';
import './picasso.css';

/** Whether a setting belongs to another implementation than the one in use: such settings are left out rather than greyed. */
function ofOtherImplementation(info: SettingInfo, settings: Settings): boolean {
  return info.applies_when.some(
    ({ setting, values, negated }) => setting === 'implementation' && values.includes(settings.implementation) === negated,
  );
}

function UnitsReason() {
  const settings = picassoSettings.value;
  if (settings?.output_units === 'input')
    return <p class="picker-hint">Chosen here: counts keep time courses, and integer files keep more than 0 and 1.</p>;
  const whole = !String(settings?.output_dtype).startsWith('float');
  return (
    <p class={whole ? 'setting-wrong' : 'picker-hint'}>
      {whole
        ? 'Integer samples keep nothing of 0 to 1 but its ends: choose counts, or float32.'
        : 'Every time point is scaled by its own largest value, so time courses are lost.'}
    </p>
  );
}

function QuantisationReason() {
  return picassoSettings.value?.quantisation === 'round' ? (
    <p class="picker-hint">Chosen here: less crosstalk is left than by truncating, the Python package's way.</p>
  ) : null;
}

function ObjectiveReason() {
  return picassoSettings.value?.objective === 'penalised' ? (
    <p class="picker-hint">
      Chosen here: the clipped objective, the Python package's, can black a channel out.
      {picassoSettings.value.max_alpha_voxels === FIRST_VOXELS && ' So are 50 000 voxels: quick, and enough.'}
    </p>
  ) : null;
}

export function PicassoForm({ kind, index }: { kind: StepKind; index: number }) {
  const settings = settingsOf(index);
  const others = kind.settings.filter((info) => ofOtherImplementation(info, settings)).map((info) => info.name);
  return (
    <>
      <ChannelPicker kind={kind} />
      <SettingsForm
        kind={kind}
        index={index}
        replaced={[...PICKED, ...others]}
        explained={PICKED}
        after={{ output_units: <UnitsReason />, quantisation: <QuantisationReason />, objective: <ObjectiveReason /> }}
      />
    </>
  );
}
