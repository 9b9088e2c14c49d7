// Keys that work anywhere on the page, unless one is typing.
import { redo, undo } from '../correct/recipe';
import { run } from '../correct/run';
import { looks, setLook } from '../inspect/channels';
import { stack } from '../open/stack';
import { blinkKey, differenceKey } from '../viewer/modes';
import { go, position } from '../viewer/position';
import { helpOpen } from './help-dialog';

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['radio', 'checkbox', 'range', 'button', 'file'].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && event.key.toLowerCase() === 'z' && !isTyping(event.target)) {
    if (event.shiftKey) redo();
    else undo();
    event.preventDefault();
    return;
  }
  if (command || event.altKey || isTyping(event.target)) return;
  if (event.key === '?') {
    helpOpen.value = true;
    return;
  }
  if (!stack.value) return;
  const channel = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
  if (channel >= 0) {
    const look = looks.value[channel];
    if (look) setLook(channel, { visible: !look.visible });
    return;
  }
  const { t, z } = position.value;
  switch (event.key) {
    case '[':
      go('t', t - 1);
      break;
    case ']':
      go('t', t + 1);
      break;
    case ',':
      go('z', z - 1);
      break;
    case '.':
      go('z', z + 1);
      break;
    case 'b':
    case 'B':
      blinkKey();
      break;
    case 'd':
    case 'D':
      differenceKey();
      break;
    case 'r':
    case 'R':
      void run();
      break;
    default:
      return;
  }
  event.preventDefault();
}

export function watchKeys(): () => void {
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
