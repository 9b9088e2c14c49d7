// Messages of the core and meanings of settings as the page says them: channels by their names, time points and planes counted from 1,
// where the core has numbers that count from 0.
import { type PageError, pageError } from '../ui/errors';
import { shownIndex } from '../ui/position';
import { channelName } from './channels';

export function asOnPage(message: string): string {
  return message
    .replace(/\bchannel (\d+)(?: \([^)]*\))?/g, (_, channel) => channelName(Number(channel)))
    .replace(/\btime point (\d+)(?: \(counted from 0\))?/g, (_, t) => `t ${shownIndex(Number(t))}`);
}

/** What a setting means. It holds no numbers of its own: recipes count from 0, the page's fields from 1. */
export const meaningOnPage = (meaning: string) => meaning.replaceAll('counted from 0', 'counted from 1');

/** An error of the core about the stack that is open. */
export function errorOnPage(title: string, error: unknown): PageError {
  const found = pageError(title, error);
  return { ...found, message: asOnPage(found.message) };
}
