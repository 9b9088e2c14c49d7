// A number that is typed. What is valid takes effect with every key; what is not waits, marked, until it is or the field is left.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

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

export function NumberField(props: NumberFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [editing, setEditing] = useState(false);
  const [invalid, setInvalid] = useState(false);
  const shown =
    props.value === null ? '' : props.decimals === undefined ? String(props.value) : props.value.toFixed(props.decimals);

  // While one types, the field belongs to the one who types: "0." is no number yet, and must not be taken away.
  useLayoutEffect(() => {
    if (!editing && input.current) input.current.value = shown;
  }, [shown, editing]);

  const parse = (text: string): number | null | undefined => {
    if (text.trim() === '') return props.nullable ? null : undefined;
    const value = Number(text);
    if (!Number.isFinite(value) || (props.integer && !Number.isInteger(value))) return undefined;
    if (props.min !== undefined && (props.aboveMin ? value <= props.min : value < props.min)) return undefined;
    if (props.max !== undefined && value > props.max) return undefined;
    return value;
  };

  return (
    <input
      ref={input}
      id={props.id}
      type="number"
      inputMode={props.integer ? 'numeric' : 'decimal'}
      class={`field ${props.class ?? ''}`}
      aria-label={props.id ? undefined : props.label}
      aria-invalid={invalid || props.invalid ? 'true' : undefined}
      aria-describedby={props.describedBy}
      min={props.min}
      max={props.max}
      step={props.step ?? (props.integer ? 1 : 'any')}
      placeholder={props.placeholder}
      disabled={props.disabled}
      onInput={(event) => {
        const { value: text, validity } = event.currentTarget;
        setEditing(true);
        const value = validity.badInput ? undefined : parse(text);
        setInvalid(value === undefined);
        if (value !== undefined && value !== props.value) props.onInput(value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
      onBlur={() => {
        setEditing(false);
        setInvalid(false);
        props.onCommit?.();
      }}
    />
  );
}
