// The one block above the table: what the methods say together, why, and what to do. Agreement is one quiet line.
import { computed } from '@preact/signals';
import { channelName } from '../inspect/channels';
import { shapeOf, stack } from '../open/stack';
import { BadIcon, CheckIcon, WarnIcon } from '../ui/icons';
import { estimateProgress } from './alpha-card';
import { estimateError, estimating, estimation, methodRows } from './estimate';
import { alphaMax, chosenRow, estimator, sourceChannel, targetChannel } from './unmix';
import { type Verdict, verdict } from './verdict';

export const currentVerdict = computed<Verdict | null>(() =>
  verdict({
    rows: methodRows.value,
    chosen: chosenRow.value === 'manual' ? estimator.value : chosenRow.value,
    alphaMax: alphaMax.value,
    sourceName: channelName(sourceChannel.value),
    targetName: channelName(targetChannel.value),
  }),
);

/** Something in the comparison asks to be looked at: the phone's tab says so. */
export const verdictNeedsLook = computed(() => currentVerdict.value?.kind === 'look' || estimateError.value !== null);

/** The core's warnings begin in lower case, as parts of a line. */
export function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function atBound(now: Verdict): boolean {
  return now.fact.includes('upper bound');
}

export function VerdictBlock() {
  if (estimateError.value) {
    return (
      <div class="note bad verdict" role="status">
        <BadIcon />
        <p>
          <b>{estimateError.value.title}</b> {estimateError.value.message}
        </p>
      </div>
    );
  }
  const now = currentVerdict.value;
  if (stack.value && shapeOf(stack.value).c < 2)
    return <p class="verdict-quiet">Unmixing needs two channels; this stack has one.</p>;
  if (!now)
    return (
      <p class="verdict-quiet">{estimating.value ? `Comparing all methods: ${estimateProgress()}.` : 'No estimate yet.'}</p>
    );
  // That the search ended at its bound is what the verdict itself then says.
  const news = (estimation.value?.step.warnings ?? []).filter((text) => !(atBound(now) && text.includes('alpha_max')));
  const more = news.map(asSentence).join(' ');
  if (now.kind === 'agree' && more === '') {
    return (
      <p class="verdict-quiet" role="status">
        <CheckIcon />
        <span>
          <b>{now.fact}</b> {now.why}
        </span>
      </p>
    );
  }
  return (
    <div class="note warn verdict" role="status">
      <WarnIcon />
      <p>
        <b>{now.fact}</b> {now.why} {more} {now.advice && <b>{now.advice}</b>}
      </p>
    </div>
  );
}
