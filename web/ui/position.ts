// t and z count from 1 on the page and from 0 in recipes, requests and reports. This is the only place that converts.

/** What a person reads for index `index`. */
export function shownIndex(index: number): number {
  return index + 1;
}

/** The index for what a person typed, held within 0..count-1. */
export function indexFromShown(shown: number, count: number): number {
  return Math.min(Math.max(Math.round(shown) - 1, 0), Math.max(count - 1, 0));
}
