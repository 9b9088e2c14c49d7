// How far a result can be trusted: what each channel lost below its background, whether there were blocks enough, whether the
// iterations had settled.
import { formatNumber, formatPercent, shortName } from '../../ui/format';
import type { Check, Word } from '../checks';
import type { PicassoPool } from './picasso-report';

/** Right results lose up to this share of a channel; what loses more than the limit destroys signal (core/picasso/signal_loss.hpp). */
export const LOSS_OF_RIGHT = 0.065;
export const LOSS_LIMIT = 0.1;
/** With fewer the coefficients are uncertain. */
const ENOUGH_BLOCKS = 1000;
/** The stop tolerance that is advised. */
const SETTLED = 0.005;

/** The check of whether the iterations had settled. */
export const LAST = 'Last coefficient';

/** Bars end at four times the limit. */
function bar(value: number, limit: number): { share: number; limit: number } {
  return { share: Math.min(Math.max(value / (4 * limit), 0), 1), limit: 0.25 };
}

function lossWord(loss: number): Word {
  return loss > LOSS_LIMIT ? 'bad' : loss > LOSS_OF_RIGHT ? 'look' : 'good';
}

/** `names`: of the selected channels; `signalLoss`: of each, at the time point that is looked at. */
export function picassoChecks(pool: PicassoPool, signalLoss: number[], names: string[]): Check[] {
  const checks: Check[] = names.map((name, place) => {
    const loss = signalLoss[place] ?? 0;
    return {
      name: `Lost, ${shortName(name, 9)}`,
      value: formatPercent(loss),
      ...bar(loss, LOSS_LIMIT),
      word: lossWord(loss),
      reason: `${name} falls below its background.`,
      remedy: null,
    };
  });
  const { iterations } = pool;
  if (!iterations) return checks;
  const last = iterations.largest[iterations.largest.length - 1] ?? 0;
  return [
    ...checks,
    {
      name: 'Blocks',
      value: formatNumber(iterations.blocks),
      ...bar(ENOUGH_BLOCKS / Math.max(iterations.blocks, 1), 1),
      word: iterations.blocks < ENOUGH_BLOCKS ? 'look' : 'good',
      reason: `Below ${formatNumber(ENOUGH_BLOCKS)} blocks coefficients are uncertain.`,
      remedy: null,
    },
    {
      name: LAST,
      value: formatNumber(last, 4),
      ...bar(last, SETTLED),
      word: last > SETTLED ? 'look' : 'good',
      reason: 'The iterations have not settled.',
      remedy: null,
    },
  ];
}
