// Where a stack comes in: dropped anywhere on the page, chosen, or opened by its link. What went wrong stands here too.
import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { missingFeature } from '../app/features';
import { step } from '../app/steps';
import { restoreNotes } from '../correct/recipe';
import { BadIcon, InfoIcon, TrayIcon } from '../ui/icons';
import { receive } from './receive';
import { openError, opening, openLink, restoredFrom, stack } from './stack';

const linkOpen = signal(false);

function LinkForm() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <form
      class="link-form"
      onSubmit={(event) => {
        event.preventDefault();
        const url = input.current?.value.trim();
        if (url) void openLink(url);
      }}
    >
      <label class="sr-only" for="link-field">
        Link to a TIFF file
      </label>
      <input
        ref={input}
        id="link-field"
        class="field"
        type="url"
        required
        placeholder="https://…/stack.ome.tif"
        // biome-ignore lint/a11y/noAutofocus: the field appears because its button was pressed
        autoFocus
        onKeyDown={(event) => {
          if (event.key === 'Escape') linkOpen.value = false;
        }}
      />
      <button type="submit" class="button">
        Open
      </button>
      <p class="hint">The server must allow this page to read it (CORS); it sends only the parts that are needed.</p>
    </form>
  );
}

const missing = missingFeature();

function Restored() {
  const name = restoredFrom.value;
  if (!name) return null;
  return (
    <div class="note" role="status">
      <InfoIcon />
      <p>
        <b>Settings restored from {name}.</b> Open the stack they are for. {restoreNotes.value.join(' ')}
      </p>
    </div>
  );
}

function OpenError() {
  const error = openError.value;
  if (missing) {
    return (
      <div class="note bad" role="status">
        <BadIcon />
        <p>
          <b>WebUnmix cannot run here.</b> {missing}
        </p>
      </div>
    );
  }
  if (!error) return <Restored />;
  return (
    <div class="note bad" role="status">
      <BadIcon />
      <p>
        <b>{error.title}</b> {error.message}
      </p>
    </div>
  );
}

export function DropZone() {
  const input = useRef<HTMLInputElement>(null);
  const busy = opening.value;
  const choose = () => input.current?.click();
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button inside does the same by keyboard */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div
        class={`drop-zone ${busy ? 'busy' : ''}`}
        onClick={(event) => {
          if (!busy && !(event.target as Element).closest('button, input, form, label')) choose();
        }}
      >
        <input
          ref={input}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = '';
            if (files.length > 0) void receive(files);
          }}
        />
        <TrayIcon size={24} />
        <h2 aria-live="polite">{busy ? busy.title : 'Drop a stack here'}</h2>
        <p class="formats">{busy ? busy.detail : 'TIFF, BigTIFF, OME-TIFF, ImageJ. Any size.'}</p>
        {linkOpen.value ? (
          <LinkForm />
        ) : (
          <div class="drop-buttons">
            <button type="button" class="button ink" disabled={busy !== null} onClick={choose}>
              Choose files
            </button>
            <button
              type="button"
              class="button"
              disabled={busy !== null}
              onClick={() => {
                linkOpen.value = true;
              }}
            >
              Open a link
            </button>
          </div>
        )}
      </div>
      <OpenError />
      {stack.value && (
        <p class="still-open">
          {stack.value.inspection.name} is open.{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              step.value = 'inspect';
            }}
          >
            Back to it
          </button>
        </p>
      )}
    </>
  );
}
