// Keys, and where the words come from. A native dialog: focus stays inside, Escape closes it.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { CloseIcon } from '../ui/icons';
import { version } from './backend';

export const helpOpen = signal(false);

const KEYS: [string, string][] = [
  ['1 … 9', 'Show or hide a channel'],
  ['[  ]', 'Time point back, forward'],
  [',  .', 'Slice down, up'],
  ['B', 'Blink before and after'],
  ['D', 'Difference'],
  ['+  −  0', 'Zoom in, out, fill (image focused)'],
  ['Arrows', 'Move the image; on a handle, move the handle (Shift: ten times)'],
  ['Home', 'On the α handle: back to the estimate'],
  ['Ctrl Z, Ctrl Shift Z', 'Undo, redo a change of the recipe'],
  ['R', 'Run on the whole stack'],
  ['?', 'This help'],
];

export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <div class="help-head">
        <h2 id="help-title">Help</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <CloseIcon />
        </button>
      </div>
      <p>
        Part of the light of one dye is seen in the channel of another. WebUnmix estimates that part, α, in five ways, subtracts
        α × source from the target, and shows what the correction did. The source is cyan with a filled dot, the target magenta
        with a ring.
      </p>
      <h3>Keys</h3>
      <dl class="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="help-foot">
        Everything is computed in this tab; no pixel leaves your computer. {version.value && `WebUnmix ${version.value}.`}
      </p>
    </dialog>
  );
}
