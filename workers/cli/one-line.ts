// Messages on a terminal: one line that names, whatever they hold, neither break nor colour nor flood.

/** Control characters, and those that turn the direction of text or separate its lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Longer than any message of ours; a name in one may be longer. */
const LONGEST = 1000;

export function oneLine(message: string): string {
  const line = message
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (line.length <= LONGEST) return line;
  // What happened stands at the beginning, what to do at the end.
  return `${line.slice(0, LONGEST / 2)} ... ${line.slice(-LONGEST / 2)}`;
}
