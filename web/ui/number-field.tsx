// A number that is typed. What is valid takes effect with every key. What is not is marked, and said on Enter; when the field is left
// with it, the value is again what it was before.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { announce } from './announce';

export interface NumberFieldProps {
  label: string;
  value: number | null;
  onInput: (value: number | null) => void;
  /** Called when the field is left or Enter pressed: an edit is complete. */
  onCommit?: () => void;
  decimals?: number;
  min?: number;
  max?: number;
  aboveMin?: boolean;
  step?: number;
  integer?: boolean;
  /** An empty field means null. */
  nullable?: boolean;
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
  describedBy?: string | undefined;
  id?: string;
  class?: string;
}

/** What a number must be, in words. */
function wanted({ integer, nullable, min, max, aboveMin }: NumberFieldProps): string {
  const kind = integer ? 'A whole number' : 'A number';
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? aboveMin
          ? ` above ${min}`
          : ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : '';
  return `${kind}${range}${nullable ? ', or nothing' : ''}.`;
}

/** The number that was typed; a comma is a decimal point too. Undefined: none, or not a valid one. */
export function readNumber(
  text: string,
  props: Omit<NumberFieldProps, 'label' | 'value' | 'onInput'>,
): number | null | undefined {
  const plain = text
    .trim()
    .replace(/[\u2212\u2013]/, '-')
    .replaceAll(/[\u202f\u00a0 ]/g, '')
    .replace(/^([^.,]*),([^.,]*)$/, '$1.$2');
  if (plain === '') return props.nullable ? null : undefined;
  const value = Number(plain);
  if (!Number.isFinite(value) || (props.integer && !Number.isInteger(value))) return undefined;
  if (props.min !== undefined && (props.aboveMin ? value <= props.min : value < props.min)) return undefined;
  if (props.max !== undefined && value > props.max) return undefined;
  return value;
}

export function NumberField(props: NumberFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  /** The value when typing began: what is typed and not valid in the end changes nothing. */
  const before = useRef<number | null>(null);
  const [editing, setEditing] = useState(false);
  const [invalid, setInvalid] = useState(false);
  const shown =
    props.value === null ? '' : props.decimals === undefined ? String(props.value) : props.value.toFixed(props.decimals);

  // While one types, the field belongs to the one who types: "0." is no number yet, and must not be taken away.
  useLayoutEffect(() => {
    if (!editing && input.current) input.current.value = shown;
  }, [shown, editing]);

  const take = (field: HTMLInputElement) => {
    if (!editing) before.current = props.value;
    setEditing(true);
    const value = readNumber(field.value, props);
    setInvalid(value === undefined);
    field.setCustomValidity(value === undefined ? wanted(props) : '');
    if (value !== undefined && value !== props.value) props.onInput(value);
  };

  const step = props.step ?? 1;
  const by = (field: HTMLInputElement, change: number) => {
    const value = readNumber(field.value, { ...props, nullable: false }) ?? props.value ?? props.min ?? 0;
    const next = Math.min(Math.max(value + change, props.min ?? -Infinity), props.max ?? Infinity);
    const decimals = props.decimals ?? (`${step}`.split('.')[1] ?? '').length;
    field.value = props.integer ? String(next) : String(Number(next.toFixed(Math.max(decimals, 0))));
    take(field);
  };

  return (
    // A text field, because number fields drop a decimal comma without a word in most languages.
    <input
      ref={input}
      id={props.id}
      type="text"
      role="spinbutton"
      inputMode={props.integer ? 'numeric' : 'decimal'}
      autocomplete="off"
      class={`field number ${props.class ?? ''}`}
      aria-label={props.id ? undefined : props.label}
      aria-invalid={invalid || props.invalid ? 'true' : undefined}
      aria-describedby={props.describedBy}
      aria-valuenow={props.value ?? undefined}
      aria-valuemin={props.min}
      aria-valuemax={props.max}
      placeholder={props.placeholder}
      disabled={props.disabled}
      onInput={(event) => take(event.currentTarget)}
      onKeyDown={(event) => {
        const field = event.currentTarget;
        if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
          event.preventDefault();
          by(field, (event.key === 'ArrowUp' ? 1 : -1) * step * (event.shiftKey ? 10 : 1));
        }
        if (event.key !== 'Enter') return;
        if (invalid) field.reportValidity();
        else field.blur();
      }}
      onBlur={(event) => {
        if (invalid) {
          announce(`${props.label}: ${event.currentTarget.value} was not taken. ${wanted(props)}`);
          if (before.current !== props.value) props.onInput(before.current);
        }
        event.currentTarget.setCustomValidity('');
        setEditing(false);
        setInvalid(false);
        props.onCommit?.();
      }}
    />
  );
}
