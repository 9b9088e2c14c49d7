// The file does not say what its pages are: the user does. A guess is offered and marked as one; it is taken only when confirmed.
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { pageError } from '../ui/errors';
import { formatNumber } from '../ui/format';
import { BadIcon, CheckIcon, InfoIcon } from '../ui/icons';
import { NumberField } from '../ui/number-field';
import { AXIS_WORDS, type AxesAnswer, type Axis, axesText, ORDERS, orderKey, product, readAxes } from './axes';
import { answerAxes, asking, dismissQuestion } from './stack';

const answerError = signal<string | null>(null);

const ALONE: { axis: Axis; label: string }[] = [
  { axis: 'T', label: 'Time points' },
  { axis: 'Z', label: 'Slices of one volume' },
  { axis: 'C', label: 'Channels' },
];

type Choice = Axis | 'several';

function alone(axis: Axis, pages: number): AxesAnswer {
  return {
    order: [axis, ...(['T', 'Z', 'C'] as Axis[]).filter((a) => a !== axis)],
    counts: { T: 1, Z: 1, C: 1, [axis]: pages },
  };
}

export function AxesQuestion() {
  const question = asking.value?.inspection.question;
  const pages = question?.pages ?? 1;
  const guess = question ? readAxes(question.guess, pages) : null;
  const guessChoice: Choice =
    guess && guess.order.filter((axis) => guess.counts[axis] > 1).length === 1 ? (guess.order[0] as Axis) : 'several';
  const [choice, setChoice] = useState<Choice | null>(null);
  const [several, setSeveral] = useState<AxesAnswer>(guess ?? { order: ['T', 'Z', 'C'], counts: { T: 1, Z: pages, C: 1 } });
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    answerError.value = null;
  }, []);
  if (!question) return null;

  const picked = choice ?? guessChoice;
  const answer = picked === 'several' ? several : alone(picked, pages);
  const total = product(answer);
  const fits = total === pages;
  const submit = async () => {
    setBusy(true);
    answerError.value = null;
    try {
      await answerAxes(axesText(answer));
    } catch (error) {
      answerError.value = pageError('', error).message;
      setBusy(false);
    }
  };
  const name = asking.value?.inspection.name;
  return (
    <form
      class="axes"
      aria-labelledby="axes-title"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits && !busy) void submit();
      }}
    >
      <h2 id="axes-title">What are the {formatNumber(pages)} pages?</h2>
      <p>{question.message || `${name} does not say.`}</p>
      <fieldset>
        <legend class="sr-only">The pages are</legend>
        {ALONE.map(({ axis, label }) => (
          <label key={axis} class="radio">
            <input type="radio" class="radio-mark" name="axes" checked={picked === axis} onChange={() => setChoice(axis)} />
            {label}
            {guessChoice === axis && <span class="guess">a guess</span>}
          </label>
        ))}
        <label class="radio">
          <input
            type="radio"
            class="radio-mark"
            name="axes"
            checked={picked === 'several'}
            onChange={() => setChoice('several')}
          />
          Several of these
          {guessChoice === 'several' && <span class="guess">a guess</span>}
        </label>
      </fieldset>
      {picked === 'several' && (
        <div class="axes-counts">
          {several.order.map((axis) => (
            <div key={axis}>
              <span aria-hidden="true">{AXIS_WORDS[axis]}</span>
              <NumberField
                label={AXIS_WORDS[axis]}
                value={several.counts[axis]}
                integer
                min={1}
                max={pages}
                onInput={(count) => setSeveral({ ...several, counts: { ...several.counts, [axis]: count ?? 1 } })}
              />
            </div>
          ))}
          <label class="axes-order">
            <span>order in the file</span>
            <select
              class="field"
              value={orderKey(several.order)}
              onChange={(event) => {
                const order = ORDERS.find((o) => orderKey(o) === event.currentTarget.value);
                if (order) setSeveral({ ...several, order });
              }}
            >
              {ORDERS.map((order) => (
                <option key={orderKey(order)} value={orderKey(order)}>
                  {orderKey(order)}: {AXIS_WORDS[order[2] as Axis]} change fastest
                </option>
              ))}
            </select>
          </label>
          <p class={fits ? 'sum fits' : 'sum'} role="status">
            {fits ? <CheckIcon /> : <InfoIcon />}
            {several.order.map((axis) => several.counts[axis]).join(' × ')} = {formatNumber(total)}
            {fits ? '' : `, but the file has ${formatNumber(pages)} pages`}
          </p>
        </div>
      )}
      {answerError.value && (
        <div class="note bad" role="status">
          <BadIcon />
          <p>{answerError.value}</p>
        </div>
      )}
      <div class="axes-buttons">
        <button type="submit" class="button ink" disabled={!fits || busy}>
          Use these axes
        </button>
        <button type="button" class="button" onClick={() => void dismissQuestion()}>
          Open another file
        </button>
      </div>
    </form>
  );
}
