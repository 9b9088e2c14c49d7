// The studio: channels left, image in the middle, the step's panel right, the dock below; one column on a phone.
import { signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Dock, tabOf } from '../correct/dock';
import { RecipeHead, RecipePanel, RecipeSteps } from '../correct/recipe-panel';
import { RunButton } from '../correct/run-panel';
import { activeView } from '../correct/step-views';
import { ExportPanel } from '../export/export-panel';
import { AboutStack } from '../inspect/about-stack';
import { ChannelCards } from '../inspect/channel-card';
import { FileCard } from '../inspect/file-card';
import { openError, opening } from '../open/stack';
import { TableDialog } from '../plots/data-table';
import { linkError } from '../share/link';
import { BadIcon, CloseIcon, EyeIcon, InfoIcon } from '../ui/icons';
import { Tabs } from '../ui/tabs';
import { PlaneBar } from '../viewer/plane-bar';
import { Viewer } from '../viewer/viewer';
import { watchKeys } from './keys';
import { layout } from './layout';
import { step } from './steps';
import { BottomBar } from './top-bar';
import '../correct/correct.css';
import './studio.css';

/** Id of the panel shown on a phone, or `recipe`. */
const phoneTab = signal('estimate');
const channelsOver = signal(false);

/** Another file that is being opened, or could not be: said where one looks, and put away by hand. */
function Refused() {
  const error = openError.value ?? linkError.value;
  if (opening.value) {
    return (
      <div class="note refused" role="status">
        <InfoIcon />
        <p>
          <b>{opening.value.title}</b>
        </p>
      </div>
    );
  }
  if (!error) return null;
  return (
    <div class="note bad refused" role="status">
      <BadIcon />
      <p>
        <b>{error.title}</b> {error.message}
      </p>
      <button
        type="button"
        class="icon-button"
        aria-label="Close this message"
        onClick={() => {
          openError.value = null;
          linkError.value = null;
        }}
      >
        <CloseIcon />
      </button>
    </div>
  );
}

function Panel() {
  if (step.value === 'inspect') return <AboutStack />;
  if (step.value === 'export') return <ExportPanel />;
  return <RecipePanel />;
}

function Desktop() {
  const narrow = layout.value === 'narrow';
  const inspecting = step.value === 'inspect';
  return (
    <main class={`studio ${inspecting ? 'without-dock' : ''}`} tabIndex={-1}>
      <Refused />
      {!narrow && (
        <aside class="left-panel" aria-label="Stack and channels">
          <FileCard />
          <ChannelCards />
        </aside>
      )}
      <div class="view-column">
        <Viewer />
        {narrow && (
          <>
            <button
              type="button"
              class="glass channels-button"
              aria-expanded={channelsOver.value}
              onClick={() => {
                channelsOver.value = !channelsOver.value;
              }}
            >
              <EyeIcon /> Channels
            </button>
            {channelsOver.value && (
              <aside class="left-panel over" aria-label="Stack and channels">
                <FileCard />
                <ChannelCards />
              </aside>
            )}
          </>
        )}
        <PlaneBar />
      </div>
      <div class="right-column">
        <Panel />
      </div>
      {!inspecting && <Dock />}
    </main>
  );
}

function PhoneCorrect() {
  const id = useId();
  const view = activeView();
  const panels = view?.phonePanels ?? view?.columns.flatMap((column) => column.panels) ?? [];
  const current = panels.find((panel) => panel.id === phoneTab.value);
  return (
    <>
      <Tabs
        label="Correct"
        value={current?.id ?? 'recipe'}
        panel={id}
        onChange={(next) => {
          phoneTab.value = next;
        }}
        choices={[{ value: 'recipe', label: 'Recipe' }, ...panels.map(tabOf)]}
      />
      <div id={id} role="tabpanel" class="phone-tab">
        {current ? (
          <current.Panel />
        ) : (
          <>
            <RecipeHead />
            <RecipeSteps />
          </>
        )}
      </div>
      <div class="phone-run">
        <RunButton />
      </div>
    </>
  );
}

/** The image shrinks once the content below is being read. */
function useShrink(element: { current: HTMLElement | null }): void {
  useEffect(() => {
    const onScroll = () => element.current?.classList.toggle('small', scrollY > 24);
    addEventListener('scroll', onScroll, { passive: true });
    return () => removeEventListener('scroll', onScroll);
  }, []);
}

function Phone() {
  const top = useRef<HTMLDivElement>(null);
  useShrink(top);
  return (
    <main class={`phone-column at-${step.value}`} tabIndex={-1}>
      <Refused />
      <div ref={top} class={`phone-top ${step.value === 'correct' && phoneTab.value !== 'estimate' ? 'small' : ''}`}>
        <Viewer />
        <PlaneBar />
      </div>
      {step.value === 'inspect' && (
        <>
          <ChannelCards />
          <AboutStack />
        </>
      )}
      {step.value === 'correct' && <PhoneCorrect />}
      {step.value === 'export' && <ExportPanel />}
      <BottomBar />
    </main>
  );
}

export function Studio() {
  useEffect(() => watchKeys(), []);
  return (
    <>
      {layout.value === 'phone' ? <Phone /> : <Desktop />}
      <TableDialog />
    </>
  );
}
