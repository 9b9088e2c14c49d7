// What the core says of a recipe over the open inputs: the answer of setRecipe, as far as the driver needs it.
import type { Recipe, SampleType } from '../api';

export interface RunPlan {
  recipe: Recipe;
  steps: { step: string; settings: Record<string, unknown>; enabled: boolean; fits: boolean; changes_pixels: boolean }[];
  output: { shape: [number, number, number, number, number]; type: SampleType; boxes: number; bytes: number } | null;
}

export function parsePlan(text: string): RunPlan {
  return JSON.parse(text) as RunPlan;
}
