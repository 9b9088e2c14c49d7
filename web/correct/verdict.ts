// One sentence on what the methods say together: whether they agree, what a disagreement usually means, and what to do.
//
// Why the sentences say what they say (docs/methods.md, "How far to trust an estimate"): mean ratio and linear fit take every count
// of the target in bright source voxels for bleed-through, so a haze, an under-subtracted pedestal or co-localised dye raises them;
// correlation ignores what is constant but not what is co-localised; mutual information is misled least by both.
import { formatAlpha, listed } from '../ui/format';
import type { MethodEstimate } from './report';
import { type Estimator, METHOD_NAMES } from './unmix';

export interface Verdict {
  kind: 'agree' | 'look';
  /** What is so. */
  fact: string;
  /** Why it may be. */
  why: string;
  /** What to do; null when nothing needs doing. */
  advice: string | null;
}

const lower = (method: Estimator) => METHOD_NAMES[method].toLowerCase();
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Without an interval two estimates are taken as different from 0.02 or 7 % on, whichever is more. */
function tolerance(alpha: number): number {
  return Math.max(0.02, 0.07 * alpha);
}

/** True when `row` contradicts `reference`: their intervals do not meet, or without intervals the numbers are far apart. */
export function contradicts(row: MethodEstimate, reference: MethodEstimate): boolean {
  if (row.alpha === null || reference.alpha === null || row.method === reference.method) return false;
  if (row.interval && reference.interval)
    return row.interval.low > reference.interval.high || row.interval.high < reference.interval.low;
  if (reference.interval) return row.alpha > reference.interval.high || row.alpha < reference.interval.low;
  return Math.abs(row.alpha - reference.alpha) > tolerance(reference.alpha);
}

function shortest(a: number, b: number): [string, string] {
  const two: [string, string] = [a.toFixed(2), b.toFixed(2)];
  return two[0] !== two[1] ? two : [formatAlpha(a), formatAlpha(b)];
}

export interface VerdictInput {
  rows: MethodEstimate[];
  /** The method in use, or the estimator behind a value set by hand. */
  chosen: Estimator;
  alphaMax: number;
  sourceName: string;
  targetName: string;
}

export function verdict(input: VerdictInput): Verdict | null {
  const known = input.rows.filter((row) => row.alpha !== null);
  const chosen = known.find((row) => row.method === input.chosen) ?? known.find((row) => row.method === 'mi_min');
  if (!chosen || chosen.alpha === null) return null;

  const bound = known.filter(
    (row) =>
      row.alpha !== null && row.alpha >= input.alphaMax * 0.999 && row.method !== 'mean_ratio' && row.method !== 'linear_fit',
  );
  if (bound.includes(chosen)) {
    return {
      kind: 'look',
      fact: `${sentence(lower(chosen.method))} stops at the upper bound ${formatAlpha(input.alphaMax)}.`,
      why: `The answer may lie above it, or ${input.sourceName} and ${input.targetName} hold the same structure.`,
      advice: 'Check the channels, or raise the upper bound.',
    };
  }

  const others = known.filter((row) => contradicts(row, chosen));
  if (others.length === 0) {
    const values = known.map((row) => row.alpha as number);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const spread = most - least;
    if (spread > Math.max(0.05, 0.25 * chosen.alpha)) {
      const [from, to] = shortest(least, most);
      return {
        kind: 'look',
        fact: `Methods are unsure: ${from} to ${to}.`,
        why: 'Their intervals meet only because they are wide: the bright voxels lie in few places.',
        advice: 'Take in more voxels, or check with a single-stained control.',
      };
    }
    const reason =
      input.chosen === 'mi_min'
        ? 'Mutual information is preselected because co-localised signal misleads it least.'
        : `${METHOD_NAMES[input.chosen]} is in use.`;
    return {
      kind: 'agree',
      fact:
        known.length > 1
          ? `All methods agree, within ${formatAlpha(spread)}.`
          : `${METHOD_NAMES[chosen.method]} has an answer.`,
      why: reason,
      advice: null,
    };
  }

  const above = others.filter((row) => (row.alpha as number) > (chosen.alpha as number));
  const below = others.filter((row) => (row.alpha as number) < (chosen.alpha as number));
  const far = above.length > 0 ? above : below;
  const farthest = far.reduce((a, b) =>
    Math.abs((b.alpha as number) - (chosen.alpha as number)) > Math.abs((a.alpha as number) - (chosen.alpha as number)) ? b : a,
  );
  const [one, two] = shortest(farthest.alpha as number, chosen.alpha);
  const names = far.map((row) => lower(row.method));
  const position = above.length > 0 ? 'above' : 'below';
  const where = chosen.interval ? ', outside its interval' : '';
  const lies = `${sentence(listed(names))} ${names.length > 1 ? 'lie' : 'lies'} ${position} ${lower(chosen.method)}${where}.`;
  const mutual = known.find((row) => row.method === 'mi_min');
  const suggested =
    mutual?.alpha != null ? `Suggested: ${formatAlpha(mutual.alpha)}.` : `Suggested: ${formatAlpha(chosen.alpha)}.`;

  return {
    kind: 'look',
    fact: `Methods disagree: ${one} or ${two}.`,
    why: `${lies} ${cause(input, above, chosen)}`,
    advice: suggested,
  };
}

function cause(input: VerdictInput, above: MethodEstimate[], chosen: MethodEstimate): string {
  const names = new Set(above.map((row) => row.method));
  const meansOnly = names.size > 0 && !names.has('corr_min') && !names.has('mi_min');
  if (chosen.method === 'mi_min' && names.has('corr_min')) {
    return (chosen.alpha as number) < 0.02
      ? `Likely no bleed-through, but ${input.targetName} where ${input.sourceName} is: a single-stained control tells.`
      : `Likely ${input.targetName} in the same places as ${input.sourceName}, which they take for bleed-through.`;
  }
  if (meansOnly) {
    const they = names.size > 1 ? 'They also count' : 'It also counts';
    return `${they} ${input.targetName} that does not follow ${input.sourceName}: haze, pedestal or dye of its own.`;
  }
  if (chosen.method !== 'mi_min') {
    return `Likely ${input.targetName} in the same places as ${input.sourceName}, which misleads mutual information least.`;
  }
  return 'Few bright voxels or coarse grey levels can do this: compare the curve of mutual information over α.';
}
