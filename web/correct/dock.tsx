// Below the image: what the active step shows of itself. Side by side where there is room, as tabs where there is not.
import { signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { layout } from '../app/layout';
import { Tabs } from '../ui/tabs';
import type { StepPanel } from './step-view';
import { activeView } from './step-views';
import './dock.css';

const tab = signal<string | null>(null);

/** A panel as a choice among tabs. */
export function tabOf({ id, label, needsLook }: StepPanel): { value: string; label: string; look: boolean } {
  return { value: id, label, look: needsLook?.value ?? false };
}

function TabbedDock({ panels }: { panels: StepPanel[] }) {
  const id = useId();
  const current = panels.find((panel) => panel.id === tab.value) ?? panels[Math.min(1, panels.length - 1)];
  if (!current) return null;
  return (
    <div class="dock tabbed">
      <Tabs
        label="Plots and checks"
        value={current.id}
        panel={id}
        choices={panels.map(tabOf)}
        onChange={(next) => {
          tab.value = next;
        }}
      />
      <div id={id} role="tabpanel" class="dock-tab">
        <current.Panel />
      </div>
    </div>
  );
}

export function Dock() {
  const columns = activeView()?.columns ?? [];
  if (layout.value === 'narrow') return <TabbedDock panels={columns.flatMap(({ panels }) => panels)} />;
  if (columns.length === 0) return <div class="dock" />;
  return (
    <div class="dock" style={{ gridTemplateColumns: columns.map(({ width }) => width).join(' ') }}>
      {columns.map(({ panels }) => {
        const [first] = panels;
        if (!first) return null;
        if (panels.length === 1) return <first.Panel key={first.id} />;
        return (
          <div key={first.id} class="dock-panel right-panel">
            {panels.map(({ id, Panel }) => (
              <Panel key={id} />
            ))}
          </div>
        );
      })}
    </div>
  );
}
