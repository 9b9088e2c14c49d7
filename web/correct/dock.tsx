// Below the image: density, methods, over time and checks. Side by side where there is room, as tabs where there is not.
import { signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { layout } from '../app/layout';
import { DensityPanel } from '../plots/density-plot';
import { TimePanel } from '../plots/time-plot';
import { WarnIcon } from '../ui/icons';
import { ChecksPanel, checksNeedLook } from './checks-panel';
import { MethodsPanel } from './methods-table';
import { verdictNeedsLook } from './verdict-block';
import './dock.css';

type Tab = 'density' | 'methods' | 'time' | 'checks';
const tab = signal<Tab>('methods');

const TABS: { value: Tab; label: string }[] = [
  { value: 'density', label: 'Density' },
  { value: 'methods', label: 'Compare' },
  { value: 'time', label: 'Over time' },
  { value: 'checks', label: 'Checks' },
];

/** Tabs in a row; the arrow keys move between them. */
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

export function Dock() {
  const panel = useId();
  if (layout.value === 'narrow') {
    const current = tab.value;
    return (
      <div class="dock tabbed">
        <Tabs
          label="Plots and checks"
          value={current}
          panel={panel}
          choices={TABS.map((choice) => ({
            ...choice,
            look: (choice.value === 'methods' && verdictNeedsLook.value) || (choice.value === 'checks' && checksNeedLook.value),
          }))}
          onChange={(next) => {
            tab.value = next;
          }}
        />
        <div id={panel} role="tabpanel" class="dock-tab">
          {current === 'density' && <DensityPanel />}
          {current === 'methods' && <MethodsPanel />}
          {current === 'time' && <TimePanel />}
          {current === 'checks' && <ChecksPanel />}
        </div>
      </div>
    );
  }
  return (
    <div class="dock">
      <DensityPanel />
      <MethodsPanel />
      <div class="dock-panel right-panel">
        <TimePanel />
        <ChecksPanel />
      </div>
    </div>
  );
}
