// How far a job is and how long it will take, from the boxes that were worked.
//
// How many passes a fit needs is not known beforehand, so the total is an estimate that is corrected as passes begin; the fraction
// shown never falls. Time left comes from the smoothed speed, not from the average since the start: reading the first pass and
// writing the output differ in speed. What a step computes without pixels (a search, iterations) is no box: while it goes on, time left
// comes from how far it says it is.
import type { Progress } from '../api';

/** Encoding and writing a box costs about as much again as reading it. */
const outputWeight = 2;
/** How many more passes, of the size of the last one, a step that fits is taken to need. */
const furtherPasses = 0.5;
/** Time constant of the speed's smoothing. */
const smoothingSeconds = 4;
/** Before this time and share the speed is not worth telling. */
const leastSeconds = 1;
const leastFraction = 0.02;
/** No more often than this is progress told. */
const quietMs = 80;

export interface ProgressFacts {
  workers: number;
  heapBytes: () => number;
  tell: ((progress: Progress) => void) | undefined;
  /** Milliseconds; a test's clock. */
  now?: () => number;
}

export class ProgressMeter {
  readonly #facts: ProgressFacts;
  readonly #now: () => number;
  readonly #started: number;
  /** Units that are expected: of each step's fit, and of the output. */
  readonly #expected: number[];
  readonly #doneOfStep: number[];
  #outputUnits: number;
  #done = 0;
  /** The step whose pass runs; null during the output. */
  #step: number | null = null;
  #label = 'Starting';
  #items = 0;
  #itemsDone = 0;
  #fraction = 0;
  #solving: { step: number; fraction: number } | null = null;
  /** Computing without pixels: since when, and how far. */
  #computing: { since: number; fraction: number } | null = null;
  #speed: number | null = null;
  #measuredAt: number;
  #measuredDone = 0;
  #secondsLeft: number | null = null;
  #secondsAt = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** `fits`: for each step whether it learns from pixels; `boxes`: of the output, 0 when none is written. */
  constructor(fits: readonly boolean[], boxes: number, facts: ProgressFacts) {
    this.#facts = facts;
    this.#now = facts.now ?? (() => performance.now());
    this.#started = this.#now();
    this.#measuredAt = this.#started;
    this.#expected = fits.map((fit) => (fit ? Math.max(1, boxes) : 0));
    this.#doneOfStep = fits.map(() => 0);
    this.#outputUnits = boxes * outputWeight;
  }

  /** A pass of step `step`'s fit begins: its items hold so many boxes. */
  beginPass(step: number, label: string, items: number, boxes: number): void {
    this.#step = step;
    const counted = boxes === 0 ? /\b(\d+) of (\d+)\b/.exec(label) : null;
    if (counted) this.#computes((Number(counted[1]) - 1) / Number(counted[2]));
    else if (boxes > 0) this.#computed();
    this.#expected[step] = (this.#doneOfStep[step] ?? 0) + boxes * (1 + furtherPasses);
    this.#begin(label, items);
  }

  /** Step `step` needs no further pass. */
  endStep(step: number): void {
    this.#expected[step] = this.#doneOfStep[step] ?? 0;
    this.#computed();
  }

  beginOutput(label: string, items: number): void {
    this.#step = null;
    this.#outputUnits = items * outputWeight;
    this.#begin(label, items);
  }

  /** A phase whose length nobody knows ("Checking the inputs"). */
  beginUncounted(label: string): void {
    this.#begin(label, 0);
  }

  /** Items were taken; `boxes` is what they held. */
  took(items: number, boxes: number): void {
    this.#itemsDone += items;
    this.#done += boxes;
    if (this.#step !== null) this.#doneOfStep[this.#step] = (this.#doneOfStep[this.#step] ?? 0) + boxes;
    this.#tell(false);
  }

  /** Step `step` solves between its passes and is so far; null: it is done. */
  solves(step: number, fraction: number | null): void {
    if (fraction === null && !this.#solving) return;
    this.#solving = fraction === null ? null : { step, fraction };
    if (fraction !== null) this.#computes(fraction);
    this.#tell(false);
  }

  #computes(fraction: number): void {
    this.#computing = { since: this.#computing?.since ?? this.#now(), fraction };
  }

  /** Time spent computing says nothing of how fast boxes are worked. */
  #computed(): void {
    if (!this.#computing) return;
    this.#computing = null;
    this.#measuredAt = this.#now();
    this.#measuredDone = this.#done;
  }

  tookOutput(items: number): void {
    this.took(items, items * outputWeight);
  }

  finish(): void {
    this.#fraction = 1;
    this.#secondsLeft = 0;
    this.#label = 'Done';
    this.#tell(true, true);
  }

  #begin(label: string, items: number): void {
    this.#label = label;
    this.#items = items;
    this.#itemsDone = 0;
    this.#tell(true);
  }

  #total(): number {
    return this.#expected.reduce((sum, units) => sum + units, 0) + this.#outputUnits;
  }

  #tell(always: boolean, finished = false): void {
    const now = this.#now();
    if (!this.#facts.tell || (!always && now - this.#toldAt < quietMs)) return;
    this.#toldAt = now;
    if (!finished) this.#measure(now);
    this.#facts.tell({
      label: this.#label,
      fraction: this.#fraction,
      secondsLeft: this.#secondsLeft,
      itemsDone: this.#itemsDone,
      items: this.#items,
      workers: this.#facts.workers,
      heapBytes: this.#facts.heapBytes(),
      solving: this.#solving,
    });
  }

  #measure(now: number): void {
    const total = this.#total();
    if (this.#computing) {
      this.#measureComputing(now, total, this.#computing);
      return;
    }
    if (total > 0) this.#fraction = Math.max(this.#fraction, Math.min(0.999, this.#done / total));
    const seconds = (now - this.#measuredAt) / 1000;
    if (seconds < 0.25) return;
    const speed = (this.#done - this.#measuredDone) / seconds;
    const weight = this.#speed === null ? 1 : 1 - Math.exp(-seconds / smoothingSeconds);
    this.#speed = (this.#speed ?? 0) * (1 - weight) + speed * weight;
    this.#measuredAt = now;
    this.#measuredDone = this.#done;
    if ((now - this.#started) / 1000 < leastSeconds || this.#fraction < leastFraction || this.#speed <= 0) return;
    this.#expect(now, Math.max(0, total - this.#done) / this.#speed);
  }

  #measureComputing(now: number, total: number, { since, fraction }: { since: number; fraction: number }): void {
    const elapsed = (now - since) / 1000;
    if (elapsed < leastSeconds || fraction < leastFraction) return;
    const after = this.#speed ? Math.max(0, total - this.#done) / this.#speed : 0;
    const left = (elapsed * (1 - fraction)) / fraction + after;
    this.#expect(now, left);
    const spent = (now - this.#started) / 1000;
    this.#fraction = Math.max(this.#fraction, Math.min(0.999, spent / (spent + left)));
  }

  #expect(now: number, left: number): void {
    // What was told before, as it would be by now, weighs as much as the new reckoning: the number does not jump.
    const before = this.#secondsLeft === null ? left : Math.max(0, this.#secondsLeft - (now - this.#secondsAt) / 1000);
    this.#secondsLeft = (left + before) / 2;
    this.#secondsAt = now;
  }
}
