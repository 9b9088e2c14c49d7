// The form of `flatfield`: the generated one, with the files it takes, the grid of tiles and the range of planes in the place of the
// settings they stand for.
import type { StepKind } from '../../../workers/api';
import { settingsOf } from '../recipe';
import { idleReason, settingInfo } from '../settings';
import { SettingsForm } from '../settings-form';
import { DepthRange } from './depth-range';
import { SideFiles } from './side-files';
import { TilePicker } from './tile-picker';
import './flatfield.css';

export function FlatfieldForm({ kind, index }: { kind: StepKind; index: number }) {
  const settings = settingsOf(index);
  const info = settingInfo(kind, 'fov_list');
  const idle = info ? idleReason(info, settings) !== null : false;
  return (
    <SettingsForm
      kind={kind}
      index={index}
      replaced={['fov_list', 'z_levels', 'grid', 'fitting_mode', 'max_workers']}
      after={{
        source: (
          <>
            <SideFiles />
            {!idle && <TilePicker index={index} idle={idle} />}
            {!idle && <DepthRange index={index} idle={idle} />}
          </>
        ),
      }}
    />
  );
}
