// What the core says of a recipe over the open inputs (Engine::set_recipe, Engine::output), as far as the driver needs it.
import type { Recipe, SampleType } from '../api';

export interface OutputPlan {
  /** Of each output stack. */
  shape: [number, number, number, number, number];
  type: SampleType;
  boxes: number;
  /** Without compression. */
  bytes: number;
  /** One for each main input. */
  stacks: number;
}

export interface RunPlan {
  recipe: Recipe;
  steps: { step: string; settings: Record<string, unknown>; enabled: boolean; fits: boolean; changes_pixels: boolean }[];
  /** Null when every step only measures. Fitting may change it. */
  output: OutputPlan | null;
}

export function parsePlan(text: string): RunPlan {
  return JSON.parse(text) as RunPlan;
}

export function parseOutputPlan(text: string): OutputPlan | null {
  return JSON.parse(text) as OutputPlan | null;
}
