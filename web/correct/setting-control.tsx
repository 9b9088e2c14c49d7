// The control of one setting, made from its row of the table.
import type { SettingInfo } from '../../workers/api';
import { shapeOf, stack } from '../open/stack';
import { NumberField } from '../ui/number-field';
import { indexFromShown, shownIndex } from '../ui/position';
import { Switch } from '../ui/switch';
import { RegionControl } from './region-control';

export interface SettingControlProps {
  id: string;
  info: SettingInfo;
  value: unknown;
  disabled: boolean;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (value: unknown) => void;
  onCommit: () => void;
}

/** "1,2" and "1,-1;0,1": lists and lists of lists as links write them. Anything else is JSON. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && !Array.isArray(value)) return JSON.stringify(value);
  if (!Array.isArray(value)) return String(value);
  return value.map((row) => (Array.isArray(row) ? row.join(',') : String(row))).join(value.some(Array.isArray) ? ';' : ',');
}

/** Ranges of time points and planes: counted from 1 on the page, as t and z are everywhere on it. */
const RANGES = ['region_t', 'region_z'];

function RangeControl(props: SettingControlProps) {
  const { info, value } = props;
  const range = Array.isArray(value) ? value.map(Number) : null;
  const open = stack.value;
  const count = open ? shapeOf(open)[info.name === 'region_z' ? 'z' : 't'] : 1;
  const set = (i: 0 | 1, shown: number | null) => {
    const [first, last] = range ?? [0, count - 1];
    if (shown === null) {
      props.onChange(null);
      return;
    }
    const index = indexFromShown(shown, count);
    props.onChange(i === 0 ? [index, Math.max(index, last ?? index)] : [Math.min(first ?? index, index), index]);
  };
  return (
    <span class="range-control">
      {([0, 1] as const).map((i) => (
        <NumberField
          key={i}
          id={i === 0 ? props.id : undefined}
          label={`${info.label}, ${i === 0 ? 'first' : 'last'}`}
          value={range ? shownIndex(range[i] ?? 0) : null}
          integer
          nullable
          min={1}
          max={count}
          placeholder={i === 0 ? 'first' : 'last'}
          disabled={props.disabled}
          describedBy={props.describedBy}
          onInput={(shown) => set(i, shown)}
          onCommit={props.onCommit}
        />
      ))}
    </span>
  );
}

/** The value that was typed; what cannot be read is handed on as text, and the core says what is wrong with it. */
function readValue(info: SettingInfo, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return info.nullable ? null : info.kind === 'text' ? '' : [];
  const word = (part: string) => part.trim();
  const number = (part: string) => {
    if (info.elements_nullable && word(part) === 'null') return null;
    return Number.isNaN(Number(part)) ? word(part) : Number(part);
  };
  switch (info.kind) {
    case 'text':
      return text;
    case 'matrix':
      return trimmed.split(';').map((row) => row.split(',').map(number));
    case 'text_lists':
      return trimmed.split(';').map((row) => row.split(',').map(word));
    case 'text_list':
      return trimmed.split(',').map(word);
    case 'integer_list':
    case 'number_list':
      return trimmed.split(',').map(number);
    default:
      try {
        // "64,96" where a list is among the forms.
        const listed = trimmed.includes(',') && !trimmed.startsWith('[') && info.forms.some((form) => form.endsWith('_list'));
        return JSON.parse(listed ? `[${trimmed}]` : trimmed);
      } catch {
        return trimmed;
      }
  }
}

function labelOf(info: SettingInfo, choice: string): string {
  return info.choice_labels[info.choices.indexOf(choice)] ?? choice;
}

function ChoiceControl(props: SettingControlProps) {
  const { info, value } = props;
  return (
    <select
      id={props.id}
      class="field"
      value={value === null ? '' : String(value)}
      disabled={props.disabled}
      aria-describedby={props.describedBy}
      onChange={(event) => props.onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    >
      {info.nullable && <option value="">{info.null_means || 'default'}</option>}
      {info.choices.map((choice) => (
        <option key={choice} value={choice}>
          {labelOf(info, choice)}
        </option>
      ))}
    </select>
  );
}

/** An `any` that is a number or one of a few words, and nothing longer. */
function isMixed(info: SettingInfo): boolean {
  return info.forms.length > 0 && info.forms.every((form) => ['number', 'integer', 'choice'].includes(form));
}

/** A number, or one of a few words ("auto"), or nothing. */
function MixedControl(props: SettingControlProps) {
  const { info, value } = props;
  const isNumber = typeof value === 'number';
  const picked = value === null ? '' : isNumber ? '#' : String(value);
  return (
    <span class="mixed">
      <select
        id={props.id}
        class="field"
        value={picked}
        disabled={props.disabled}
        aria-describedby={props.describedBy}
        onChange={(event) => {
          const next = event.currentTarget.value;
          props.onChange(next === '' ? null : next === '#' ? 0 : next);
        }}
      >
        {info.nullable && <option value="">{info.null_means || 'none'}</option>}
        {info.choices.map((choice) => (
          <option key={choice} value={choice}>
            {labelOf(info, choice)}
          </option>
        ))}
        <option value="#">a number</option>
      </select>
      {isNumber && (
        <NumberField
          label={`${info.label}, ${info.unit || 'number'}`}
          value={value}
          disabled={props.disabled}
          onInput={props.onChange}
          onCommit={props.onCommit}
        />
      )}
    </span>
  );
}

function IndexControl(props: SettingControlProps) {
  const open = stack.value;
  const count = open ? shapeOf(open).t : 1;
  return (
    <NumberField
      id={props.id}
      label={props.info.label}
      value={typeof props.value === 'number' ? shownIndex(props.value) : null}
      integer
      min={1}
      max={count}
      disabled={props.disabled}
      invalid={props.invalid}
      describedBy={props.describedBy}
      onInput={(shown) => shown !== null && props.onChange(indexFromShown(shown, count))}
      onCommit={props.onCommit}
    />
  );
}

export function SettingControl(props: SettingControlProps) {
  const { info, value } = props;
  if (info.role === 'time_point') return <IndexControl {...props} />;
  if (info.role === 'region') return <RegionControl disabled={props.disabled} label={info.label} />;
  if (RANGES.includes(info.name)) return <RangeControl {...props} />;
  if (info.kind === 'any' && isMixed(info)) return <MixedControl {...props} />;
  switch (info.kind) {
    case 'boolean':
      return (
        <Switch
          id={props.id}
          checked={value === true}
          disabled={props.disabled}
          describedBy={props.describedBy}
          onChange={props.onChange}
        />
      );
    case 'choice':
      return <ChoiceControl {...props} />;
    case 'integer':
    case 'number': {
      const percentile = info.name.includes('percentile');
      return (
        <NumberField
          id={props.id}
          label={info.label}
          value={typeof value === 'number' ? value : null}
          integer={info.kind === 'integer'}
          nullable={info.nullable}
          min={info.minimum ?? undefined}
          max={info.maximum ?? undefined}
          aboveMin={info.exclusive_minimum}
          step={percentile ? 0.1 : undefined}
          decimals={percentile && typeof value === 'number' && Number.isInteger(value * 10) ? 1 : undefined}
          placeholder={info.nullable ? '–' : undefined}
          disabled={props.disabled}
          invalid={props.invalid}
          describedBy={props.describedBy}
          onInput={props.onChange}
          onCommit={props.onCommit}
        />
      );
    }
    default:
      return (
        <input
          id={props.id}
          type="text"
          class="field"
          value={valueText(value)}
          placeholder={info.nullable ? '–' : undefined}
          disabled={props.disabled}
          aria-invalid={props.invalid ? 'true' : undefined}
          aria-describedby={props.describedBy}
          onChange={(event) => props.onChange(readValue(info, event.currentTarget.value))}
        />
      );
  }
}
