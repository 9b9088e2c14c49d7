// The address after '#': `open=URL;/1/unmix?method=mi_min`. Parts before the recipe are separated by ';', the recipe begins with
// '/' (or '!' for a step that is off) and runs to the end. No server sees any of it; no pixels and no file names are in it.

export interface Address {
  /** A stack to open. */
  open: string | null;
  /** The string form of a recipe, or null. */
  recipe: string | null;
}

export function parseAddress(hash: string): Address {
  let rest = hash.replace(/^#/, '');
  // Mail programs and chats escape what they need not: "%2F1%2Funmix" is a recipe all the same.
  if (/^%(2f|21)/i.test(rest)) rest = decode(rest);
  const address: Address = { open: null, recipe: null };
  while (rest !== '' && !/^[/!]/.test(rest)) {
    const end = rest.indexOf(';');
    const part = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? '' : rest.slice(end + 1);
    const [key, value] = [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)];
    if (key === 'open' && value) address.open = decode(value);
  }
  if (rest !== '') address.recipe = rest;
  return address;
}

export function formatAddress(address: Address): string {
  const parts: string[] = [];
  if (address.open) parts.push(`open=${encode(address.open)}`);
  if (address.recipe) parts.push(address.recipe);
  return parts.length > 0 ? `#${parts.join(';')}` : '';
}

/** Only what would end the part or the fragment is escaped, so that a link stays readable. */
function encode(url: string): string {
  return url.replace(/[%;#\s]/g, (c) => encodeURIComponent(c));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
