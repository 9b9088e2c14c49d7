// What a worker must know to take part in a job: the inputs, the recipe, what was learnt so far, the stores. Kept while a job runs,
// so that a worker that takes the place of a dead one can be told everything at once.
import type { SourceSpec } from '../source/spec';
import type { EngineLink } from './engine-link';

export interface OpenInput {
  role: string;
  source: SourceSpec;
  /** The walk over the file's directories, already done. */
  index: Uint8Array;
  /** The files it was made from, as the user knows them: `source` itself, unless it was put together from others. */
  files: readonly SourceSpec[];
}

/** Opens the inputs in `link`, unless it has them open. `inputs` is replaced, never changed, when the inputs change. */
export async function openInputs(link: EngineLink, inputs: readonly OpenInput[]): Promise<void> {
  if (link.knownInputs === inputs) return;
  link.forget();
  await link.call('closeInputs', null);
  for (const { role, source, index } of inputs) await link.call('openIndexed', { role, source, index });
  link.knownInputs = inputs;
}

export class Setup {
  readonly inputs: readonly OpenInput[];
  readonly recipe: string;
  readonly #states = new Map<number, Uint8Array>();
  readonly #stores = new Map<number, { plan: Uint8Array; source: SourceSpec }>();

  constructor(inputs: readonly OpenInput[], recipe: string) {
    this.inputs = inputs;
    this.recipe = recipe;
  }

  /** What each step has learnt, as last remembered. */
  get states(): ReadonlyMap<number, Uint8Array> {
    return this.#states;
  }

  /** Inputs and recipe. Returns the plan as JSON. */
  async begin(link: EngineLink): Promise<string> {
    await openInputs(link, this.inputs);
    link.knownFit = null;
    return link.call('setRecipe', { recipe: this.recipe });
  }

  /** Everything so far: for a worker that comes later. */
  async bringUpToDate(link: EngineLink): Promise<void> {
    await this.begin(link);
    for (const [step, state] of this.#states) await link.call('load', { step, state });
    for (const [step, { plan, source }] of this.#stores) await link.call('useStore', { step, plan, source });
  }

  /** What step `step` has learnt so far. */
  remember(step: number, state: Uint8Array): void {
    this.#states.set(step, state);
  }

  rememberStore(step: number, plan: Uint8Array, source: SourceSpec): void {
    this.#stores.set(step, { plan, source });
  }

  forgetStore(step: number): void {
    this.#stores.delete(step);
  }
}
