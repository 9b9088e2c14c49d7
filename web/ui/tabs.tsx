// Tabs in a row; the arrow keys move between them.
import { WarnIcon } from './icons';

export function Tabs<T extends string>(props: {
  label: string;
  value: T;
  choices: { value: T; label: string; look?: boolean }[];
  panel: string;
  onChange: (value: T) => void;
}) {
  return (
    <div class="tabs" role="tablist" aria-label={props.label}>
      {props.choices.map((choice, i) => (
        <button
          key={choice.value}
          type="button"
          role="tab"
          aria-selected={choice.value === props.value}
          aria-controls={props.panel}
          tabIndex={choice.value === props.value ? 0 : -1}
          onClick={() => props.onChange(choice.value)}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            const next = props.choices[(i + by + props.choices.length) % props.choices.length];
            if (by === 0 || !next) return;
            props.onChange(next.value);
            const row = event.currentTarget.parentElement;
            requestAnimationFrame(() => row?.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
          }}
        >
          {choice.label}
          {choice.look && (
            <span class="tab-sign">
              <WarnIcon />
              <span class="sr-only">, to look at</span>
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
