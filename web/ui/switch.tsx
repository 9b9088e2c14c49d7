// On or off: a native checkbox that says it is a switch.

export function Switch(props: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  id?: string;
  label?: string;
  disabled?: boolean;
  describedBy?: string | undefined;
}) {
  return (
    <input
      id={props.id}
      type="checkbox"
      role="switch"
      class="switch"
      aria-label={props.label}
      aria-checked={props.checked}
      aria-describedby={props.describedBy}
      checked={props.checked}
      disabled={props.disabled}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}
