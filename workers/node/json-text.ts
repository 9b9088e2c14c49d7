// JSON for people: two spaces deep, but lists of plain values on one line ("shape": [9, 20, 2, 128, 128]).

export function jsonText(value: unknown): string {
  // A string may hold brackets, but no line break that is not escaped: only the layout changes.
  const text = JSON.stringify(value, null, 2).replaceAll(/\[[^[\]{}]*\]/g, (list) =>
    list
      .replace(/^\[\s*\n\s*/, '[')
      .replace(/\s*\n\s*\]$/, ']')
      .replaceAll(/\s*\n\s*/g, ' '),
  );
  return `${text}\n`;
}
