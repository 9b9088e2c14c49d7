// The address always holds the recipe (and the link the stack came from), and restores it on load and when it changes.
import { effect, signal } from '@preact/signals';
import { recipeText, restore } from '../correct/recipe';
import { openLink, stack } from '../open/stack';
import { type PageError, pageError } from '../ui/errors';
import { formatAddress, parseAddress } from './address';

export const linkError = signal<PageError | null>(null);
/** A recipe that came with the address and waits for a stack. */
export const waitingRecipe = signal<string | null>(null);

let written = '';
let timer: ReturnType<typeof setTimeout> | undefined;

/** The fragment that brings back what is on the page. */
export function currentFragment(): string {
  const origin = stack.value?.origin;
  return formatAddress({ open: origin?.kind === 'link' ? origin.url : null, recipe: recipeText.value });
}

export function currentLink(): string {
  return location.href.replace(/#.*$/, '') + currentFragment();
}

async function follow(hash: string): Promise<void> {
  const address = parseAddress(hash);
  linkError.value = null;
  if (address.recipe) {
    waitingRecipe.value = address.recipe;
    try {
      await restore(address.recipe);
    } catch (error) {
      waitingRecipe.value = null;
      linkError.value = pageError('The settings in the link could not be read.', error);
    }
  }
  const origin = stack.value?.origin;
  if (address.open && !(origin?.kind === 'link' && origin.url === address.open)) await openLink(address.open);
}

export function watchAddress(): void {
  if (location.hash.length > 1) void follow(location.hash);
  addEventListener('hashchange', () => {
    if (location.hash !== written) void follow(location.hash);
  });
  effect(() => {
    void recipeText.value;
    const open = stack.value;
    clearTimeout(timer);
    if (!open) return;
    waitingRecipe.value = null;
    // Browsers limit how often the address may change; a slider being dragged writes it once it rests.
    timer = setTimeout(() => {
      written = currentFragment();
      if (written !== location.hash) history.replaceState(null, '', written || location.pathname + location.search);
    }, 300);
  });
}
