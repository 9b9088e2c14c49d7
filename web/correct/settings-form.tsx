// The form of a step, generated from its settings table: label, control, what it means in the data; settings that do not apply are
// disabled and say why, rare ones are folded. A step may put its own controls in the place of some settings.
import { signal } from '@preact/signals';
import { type ComponentChildren, Fragment } from 'preact';
import type { SettingInfo, StepKind } from '../../workers/api';
import { ChannelSelects } from '../inspect/channel-selects';
import { meaningOnPage } from '../inspect/in-words';
import { planError } from './plan';
import { change, endEdit, resetStep, settingsOf } from './recipe';
import { SettingControl } from './setting-control';
import { idleReason, type Settings, same, settingInMessage } from './settings';
import { firstSettingsOf } from './step-view';
import { viewOf } from './step-views';
import { setRole } from './unmix';

/** Explanations under every setting, for those who want to read. */
export const explain = signal(false);
const unfolded = signal(false);

/** Settings that have a control of their own instead of a row, and so no place for an error beside them. */
const WITHOUT_ROW = ['source_channel', 'target_channel', 'alpha', 'alpha_mode', 'region'];

/** Whether an error about the setting `name` can be read beside it now. */
export function hasRow(kind: StepKind, name: string): boolean {
  const info = kind.settings.find((setting) => setting.name === name);
  return info !== undefined && !WITHOUT_ROW.includes(name) && (!info.rare || unfolded.value);
}

function Row(props: { kind: StepKind; info: SettingInfo; index: number; settings: Settings }) {
  const { info, index, settings } = props;
  const id = `setting-${index}-${info.name}`;
  const idle = idleReason(info, settings);
  const wrong =
    planError.value && settingInMessage(props.kind, planError.value.message) === info.name ? planError.value.message : null;
  const value = settings[info.name];
  const note =
    idle ??
    viewOf(props.kind.name)?.note?.(info.name) ??
    (value === null && info.null_means && info.kind !== 'choice' ? info.null_means : info.unit || null);
  const label = info.label || info.name;
  const meaning = meaningOnPage(info.meaning);
  return (
    <div class={`setting kind-${info.kind} ${info.role ? `role-${info.role}` : ''} ${idle ? 'idle' : ''}`}>
      <label for={id} title={meaning}>
        {label}
      </label>
      <SettingControl
        id={id}
        info={info}
        value={value}
        disabled={idle !== null}
        invalid={wrong !== null}
        describedBy={`${id}-note`}
        onChange={(next) => change(index, { [info.name]: next }, typeof next === 'number' ? `${index}.${info.name}` : null)}
        onCommit={endEdit}
      />
      <span class="setting-note" id={`${id}-note`}>
        {note}
        <span class="sr-only">{meaning}</span>
      </span>
      {explain.value && info.meaning && (
        <p class="setting-meaning" aria-hidden="true">
          {meaning}
        </p>
      )}
      {wrong && (
        <p class="setting-wrong" role="status">
          {wrong}
        </p>
      )}
    </div>
  );
}

export function SettingsForm(props: {
  kind: StepKind;
  index: number;
  /** Controls that stand after the setting they are keyed by. */
  after?: Record<string, ComponentChildren>;
  /** Settings that those controls replace. */
  replaced?: string[];
  /** Those of them whose errors stand beside their control. */
  explained?: string[];
}) {
  const { kind, index } = props;
  const settings = settingsOf(index);
  const source = kind.settings.find((info) => info.role === 'source_channel');
  const target = kind.settings.find((info) => info.role === 'target_channel');
  const hidden = new Set([...(props.replaced ?? []), ...(source && target ? [source.name, target.name] : [])]);
  const rows = kind.settings.filter((info) => !hidden.has(info.name));
  // Folded away together; not offered while none of them would have an effect.
  const folded = rows.filter((info) => info.rare);
  const useful = folded.some((info) => idleReason(info, settings) === null || !same(settings[info.name], info.default));
  const rare = useful ? folded : [];
  const row = (info: SettingInfo) => (
    <Fragment key={info.name}>
      <Row kind={kind} info={info} index={index} settings={settings} />
      {props.after?.[info.name]}
    </Fragment>
  );
  // What is wrong with a setting that has no row of its own stands above all.
  const named = planError.value && settingInMessage(kind, planError.value.message);
  const homeless = named && hidden.has(named) && !props.explained?.includes(named) ? planError.value?.message : null;
  return (
    <div class="settings">
      {homeless && (
        <p class="setting-wrong" role="status">
          {homeless}
        </p>
      )}
      {source && target && (
        <ChannelSelects
          source={Number(settings[source.name])}
          target={Number(settings[target.name])}
          labels={{ source: source.label || 'Bleeds from', target: target.label || 'into' }}
          onChange={(role, channel) => setRole(role, channel)}
        />
      )}
      {rows.filter((info) => !info.rare).map(row)}
      {unfolded.value && rare.map(row)}
      <div class="settings-foot">
        {rare.length > 0 && (
          <button
            type="button"
            class="link"
            aria-expanded={unfolded.value}
            onClick={() => {
              unfolded.value = !unfolded.value;
            }}
          >
            {unfolded.value ? 'Fewer settings' : `${rare.length} more ${rare.length === 1 ? 'setting' : 'settings'}`}
          </button>
        )}
        <button type="button" class="link reset" onClick={() => resetStep(index, firstSettingsOf(viewOf(kind.name)))}>
          Reset
        </button>
      </div>
    </div>
  );
}
