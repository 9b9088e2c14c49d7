// A choice among a few: radio buttons in a row.
import { useId } from 'preact/hooks';

export interface SegmentedChoice<T extends string> {
  value: T;
  label: string;
  disabled?: boolean;
}

export function Segmented<T extends string>(props: {
  label: string;
  value: T;
  choices: SegmentedChoice<T>[];
  onChange: (value: T) => void;
  class?: string;
  disabled?: boolean;
}) {
  const name = useId();
  return (
    <div class={`segmented ${props.class ?? ''}`} role="radiogroup" aria-label={props.label}>
      {props.choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === props.value}
            disabled={props.disabled || choice.disabled}
            onChange={() => props.onChange(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </div>
  );
}
