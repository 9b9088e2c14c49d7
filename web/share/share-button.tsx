// Copies the link that restores these settings.
import { signal } from '@preact/signals';
import { announce } from '../ui/announce';
import { LinkIcon } from '../ui/icons';
import { currentLink } from './link';

const copied = signal(false);

/** Puts `text` on the clipboard, also where the asynchronous clipboard is not allowed. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr-only';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

export function ShareButton({ compact }: { compact: boolean }) {
  const share = async () => {
    const done = await copyText(currentLink());
    announce(
      done
        ? 'Link copied. It holds the settings, no pixels and no file names.'
        : 'The link could not be copied; it is in the address bar.',
    );
    copied.value = done;
    setTimeout(() => {
      copied.value = false;
    }, 2000);
  };
  if (compact) {
    return (
      <button type="button" class="icon-button" aria-label="Share: copy the link" onClick={share}>
        <LinkIcon />
      </button>
    );
  }
  return (
    <button type="button" class="button share" onClick={share}>
      <LinkIcon />
      {copied.value ? 'Copied' : 'Share'}
    </button>
  );
}
