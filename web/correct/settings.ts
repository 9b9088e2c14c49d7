// Questions about settings that the table answers: a value with its default, whether a setting applies and why not, and how far a
// recipe is from the defaults. Pure functions on the tables the core hands out.
import type { Recipe, SettingInfo, StepKind } from '../../workers/api';

export type Settings = Record<string, unknown>;

export function kindOf(kinds: StepKind[], step: string): StepKind | null {
  return kinds.find((kind) => kind.name === step) ?? null;
}

export function settingInfo(kind: StepKind, name: string): SettingInfo | null {
  return kind.settings.find((setting) => setting.name === name) ?? null;
}

/** All settings of a step: what the recipe says, defaults for the rest. */
export function fullSettings(kind: StepKind, settings: Settings): Settings {
  const full: Settings = {};
  for (const setting of kind.settings) full[setting.name] = setting.name in settings ? settings[setting.name] : setting.default;
  return full;
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Why the setting does not apply now, or null when it does. Conditions that share a reason are alternatives. */
export function idleReason(setting: SettingInfo, settings: Settings): string | null {
  const holds = new Map<string, boolean>();
  for (const { setting: other, values, negated, reason } of setting.applies_when) {
    const found = values.some((value) => same(value, settings[other]));
    holds.set(reason, (holds.get(reason) ?? false) || found !== negated);
  }
  for (const [reason, held] of holds) if (!held) return reason;
  return null;
}

/** The recipe with one step's setting changed. A value that is the default is left out. */
export function withSetting(recipe: Recipe, index: number, kind: StepKind, name: string, value: unknown): Recipe {
  return withSettings(recipe, index, kind, { [name]: value });
}

export function withSettings(recipe: Recipe, index: number, kind: StepKind, changes: Settings): Recipe {
  const steps = recipe.steps.map((step, i) => {
    if (i !== index) return step;
    const settings: Settings = { ...step.settings };
    for (const [name, value] of Object.entries(changes)) {
      const setting = settingInfo(kind, name);
      if (setting && same(value, setting.default)) delete settings[name];
      else settings[name] = value;
    }
    return { ...step, settings };
  });
  return { ...recipe, steps };
}

/** Only what differs from the defaults: how the page keeps recipes, however they came in. */
export function lean(recipe: Recipe, kinds: StepKind[]): Recipe {
  return {
    ...recipe,
    steps: recipe.steps.map((step) => {
      const kind = kindOf(kinds, step.step);
      if (!kind) return step;
      const settings = Object.fromEntries(
        Object.entries(step.settings).filter(([name, value]) => {
          const setting = settingInfo(kind, name);
          return !setting || !same(value, setting.default);
        }),
      );
      return { ...step, settings };
    }),
  };
}

/** The setting that an error message of the core is about, by name. */
export function settingInMessage(kind: StepKind, message: string): string | null {
  const named = kind.settings
    .map((setting) => setting.name)
    .filter((name) => new RegExp(`(^|[^a-z_])${name}([^a-z_]|$)`).test(message))
    .sort((a, b) => b.length - a.length);
  return named[0] ?? null;
}
