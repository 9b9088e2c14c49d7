// Numbers as the page writes them: thin space by thousands, true minus, unit beside the value, alpha with three decimals.

/** Narrow no-break space: a thin space that never ends a line. */
export const THIN = '\u202f';
export const MINUS = '\u2212';
/** What stands where a value is not known. */
export const NONE = '\u2013';

/** `value` with a fixed number of decimals: -1234.5 -> "−1 234.5". */
export function formatNumber(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return NONE;
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  const text = fraction ? `${grouped}.${fraction}` : grouped;
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** A measured value with about three significant digits: 4 822, 12.3, 0.0416. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return formatNumber(value);
  if (size >= 10) return formatNumber(value, 1);
  if (size >= 0.1) return formatNumber(value, 2);
  if (size >= 0.001) return formatNumber(value, 4);
  return size === 0 ? '0' : value.toExponential(1).replace('-', MINUS).replace('e−', `e${MINUS}`).replace('e-', `e${MINUS}`);
}

/** A pixel value: whole numbers as they are, others with few decimals. */
export function formatPixel(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return formatNumber(Math.round(value));
  return formatValue(value);
}

export function formatAlpha(alpha: number): string {
  return formatNumber(alpha, 3);
}

/** A share of one as per cent: 0.532 -> "53 %", 0.004 -> "0.4 %". */
export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${formatNumber(percent, Math.abs(percent) < 9.95 ? 1 : 0)}${THIN}%`;
}

/** "812", "252k", "1.3M": for narrow columns. */
export function formatCompact(count: number): string {
  if (count < 1000) return formatNumber(count);
  if (count < 1e4) return `${(count / 1e3).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1e3)}k`;
  if (count < 1e7) return `${(count / 1e6).toFixed(1)}M`;
  return `${Math.round(count / 1e6)}M`;
}

/** Decimal units, as files are sold and shown: 1 210 000 000 -> "1.21 GB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${formatNumber(value, decimals)}${THIN}${units[unit]}`;
}

/** A stretch of time for people: "0.4 s", "12 s", "2 min 05 s", "1 h 03 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}${THIN}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${THIN}s`;
  const two = (n: number) => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}${THIN}min ${two(whole % 60)}${THIN}s`;
  return `${Math.floor(whole / 3600)}${THIN}h ${two(Math.round((whole % 3600) / 60) % 60)}${THIN}min`;
}

/** "3.3 µm"; unit names as files spell them become the sign microscopists read. */
export function formatQuantity(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  const text = formatNumber(value, digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return `${text}${THIN}${unitSign(unit)}`;
}

export function unitSign(unit: string): string {
  const lower = unit.toLowerCase();
  if (['um', 'µm', 'μm', 'micron', 'microns', 'micrometer', 'micrometre', '\\u00b5m'].includes(lower)) return 'µm';
  if (lower === 'sec' || lower === 'second' || lower === 'seconds') return 's';
  return unit;
}

/** What separates facts on one line. */
export function dotted(...parts: (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(' · ');
}

/** A name in at most so many letters: its middle is left out, because names of one stack often begin alike. */
export function shortName(name: string, most: number): string {
  if (name.length <= most) return name;
  const end = Math.floor((most - 1) / 2);
  return `${name.slice(0, most - 1 - end)}…${name.slice(name.length - end)}`;
}

/** "a, b and c" */
export function listed(words: string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
