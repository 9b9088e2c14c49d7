// The unmix_picasso step that the page works on: which channels it unmixes, what may bleed into what, and the edits that mean
// something to a person (take a channel in, give it a role, relate two channels) as changes of settings.
//
// Channels are numbers of the stack, counted from 0; places are positions among the selected channels.
import { computed, effect, signal, untracked } from '@preact/signals';
import { kinds } from '../../app/backend';
import { shapeOf, stack } from '../../open/stack';
import { activeIndex, activeKind } from '../active-step';
import { change, recipe, restoreNotes } from '../recipe';
import { fullSettings, kindOf, type Settings } from '../settings';
import {
  everyPair,
  fromLists,
  fromMatrix,
  keepChannels,
  type ListRole,
  type Relations,
  roleIn,
  toMatrix,
  withRole,
} from './relations';

export const PICASSO = 'unmix_picasso';

/** Index of the step while it is the active one. */
export const picassoIndex = computed<number | null>(() => (activeKind.value === PICASSO ? activeIndex.value : null));

export const picassoSettings = computed<Settings | null>(() => {
  const index = picassoIndex.value;
  const kind = kindOf(kinds.value, PICASSO);
  const step = index === null ? null : recipe.value.steps[index];
  return step && kind ? fullSettings(kind, step.settings) : null;
});

function numbers(value: unknown): number[] | null {
  return Array.isArray(value) ? value.map(Number) : null;
}

export const stackChannels = computed<number[]>(() =>
  Array.from({ length: stack.value ? shapeOf(stack.value).c : 0 }, (_, channel) => channel),
);

export const selected = computed<number[]>(() => numbers(picassoSettings.value?.channels) ?? stackChannels.value);

export const blind = computed(() => picassoSettings.value?.implementation !== 'source_sink_n');

export const relations = computed<Relations>(() => {
  const settings = picassoSettings.value;
  const channels = selected.value;
  if (!settings || blind.value) return everyPair(channels.length);
  const matrix = settings.source_sink_matrix;
  if (Array.isArray(matrix)) return fromMatrix(matrix as number[][], channels.length);
  return fromLists(channels, numbers(settings.sink_channels) ?? [], numbers(settings.neutral_channels) ?? []);
});

/** Channels that the step changes. */
export const corrected = computed<number[]>(() =>
  picassoIndex.value === null ? [] : selected.value.filter((_, place) => relations.value.some((row) => row[place])),
);

/** The blind implementation for a number of channels: the one of three is the reference's own, and takes no other number. */
function blindImplementation(channels: number): string {
  return channels === 3 ? 'matlab_3c' : 'matlab_n';
}

/** What the step begins with on the page. Counts instead of 0..1, so that time courses and integer samples survive; rounding, which
 * leaves less crosstalk. The command line keeps the compatible defaults. */
export function firstSettings(): Settings {
  const settings: Settings = { output_units: 'input', quantisation: 'round' };
  if (stack.value && stackChannels.value.length !== 3)
    settings.implementation = blindImplementation(stackChannels.value.length);
  return settings;
}

function apply(changes: Settings): void {
  if (picassoIndex.value !== null) change(picassoIndex.value, changes);
}

const NO_RELATIONS: Settings = { source_sink_matrix: null, sink_channels: null, neutral_channels: null };

/** The implementation of three is an error on any other number: a stack that is opened later may have more channels. */
effect(() => {
  const all = stackChannels.value.length;
  if (picassoIndex.value === null || all === 0 || kinds.value.length === 0) return;
  untracked(() => {
    const settings = picassoSettings.value;
    if (settings?.implementation === 'matlab_3c' && settings.channels === null && all !== 3) {
      apply({ implementation: blindImplementation(all) });
      const note = `matlab_3c is for three channels: with ${all} its form for any number, matlab_n, is used.`;
      if (!restoreNotes.value.includes(note)) restoreNotes.value = [...restoreNotes.value, note];
    }
  });
});

/** Relations as they were before "Blind" was chosen, to come back to while the same channels are selected. */
const remembered = signal<{ channels: string; settings: Settings } | null>(null);

/** What sources and sinks begin with on the page: the compatible objective can reward blacking a channel out, and a tenth of the usual
 * sample finds the same in seconds. */
export const FIRST_VOXELS = 50_000;
const FIRST_OF_ROLES: Settings = { objective: 'penalised', max_alpha_voxels: FIRST_VOXELS };

export function setBlind(on: boolean): void {
  const settings = picassoSettings.value;
  const channels = selected.value;
  if (!settings || on === blind.value) return;
  if (on) {
    const written = Object.fromEntries(Object.keys(NO_RELATIONS).map((name) => [name, settings[name]]));
    remembered.value = { channels: channels.join(), settings: written };
    apply({ implementation: blindImplementation(channels.length), ...NO_RELATIONS });
    return;
  }
  const known = remembered.value?.channels === channels.join() ? remembered.value.settings : null;
  const before = known ?? { sink_channels: [channels[1] ?? 1] };
  apply({ implementation: 'source_sink_n', ...FIRST_OF_ROLES, ...NO_RELATIONS, ...before });
}

function setRelations(next: Relations): void {
  apply({ ...NO_RELATIONS, source_sink_matrix: toMatrix(next) });
}

export function relate(source: number, sink: number, related: boolean): void {
  setRelations(relations.value.map((row, i) => row.map((old, j) => (i === source && j === sink ? related : old))));
}

/** What a channel that was left out had to do with the others, to come back to when it is taken in again. */
interface LeftOut {
  role: ListRole;
  into: number[];
  from: number[];
}
let leftOut: { stack: unknown; channels: Map<number, LeftOut> } = { stack: null, channels: new Map() };

function leave(channel: number): void {
  if (leftOut.stack !== stack.value) leftOut = { stack: stack.value, channels: new Map() };
  const now = selected.value;
  const place = now.indexOf(channel);
  leftOut.channels.set(channel, {
    role: listRole(place),
    into: now.filter((_, other) => relations.value[place]?.[other]),
    from: now.filter((_, other) => relations.value[other]?.[place]),
  });
}

/** Takes a channel of the stack in, or leaves it out. At least two stay. */
export function select(channel: number, taken: boolean): void {
  const now = selected.value;
  const next = taken ? [...now, channel].sort((a, b) => a - b) : now.filter((other) => other !== channel);
  if (next.length < 2) return;
  if (!taken && !blind.value) leave(channel);
  const before = taken && leftOut.stack === stack.value ? leftOut.channels.get(channel) : undefined;
  const all = next.length === stackChannels.value.length && next.every((value, i) => value === i);
  const channels = all ? null : next;
  const settings = picassoSettings.value;
  if (blind.value) apply({ channels, implementation: blindImplementation(next.length) });
  else if (Array.isArray(settings?.source_sink_matrix)) {
    const again = (source: number, sink: number) =>
      (source === channel && before?.into.includes(sink)) || (sink === channel && before?.from.includes(source)) || false;
    const kept = keepChannels(relations.value, now, next);
    const related = kept.map((row, i) => row.map((old, j) => old || again(next[i] as number, next[j] as number)));
    apply({ channels, source_sink_matrix: toMatrix(related) });
  } else {
    const having = (role: ListRole, value: unknown) => {
      const listed = numbers(value) ?? [];
      return next.filter((other) => listed.includes(other) || (other === channel && before?.role === role));
    };
    const neutral = having('neutral', settings?.neutral_channels);
    apply({
      channels,
      sink_channels: having('sink', settings?.sink_channels),
      neutral_channels: neutral.length > 0 ? neutral : null,
    });
  }
}

/** The role a channel has: as the lists say it, or as the matrix amounts to. A sink may be a source of other sinks besides. */
export function listRole(place: number): ListRole {
  const settings = picassoSettings.value;
  if (!blind.value && settings && !Array.isArray(settings.source_sink_matrix)) {
    const channel = selected.value[place] ?? place;
    if (numbers(settings.sink_channels)?.includes(channel)) return 'sink';
    return numbers(settings.neutral_channels)?.includes(channel) ? 'neutral' : 'source';
  }
  const role = roleIn(relations.value, place);
  return role === 'both' ? 'sink' : role;
}

/**
 * Gives a channel a role. In lists every source, and every other sink, may then bleed into each sink. Relations written as a matrix
 * stay one: only those of this channel change.
 */
export function setRole(place: number, role: ListRole): void {
  if (Array.isArray(picassoSettings.value?.source_sink_matrix)) {
    setRelations(withRole(relations.value, place, role));
    return;
  }
  const roles = selected.value.map((_, i) => (i === place ? role : listRole(i)));
  const having = (wanted: ListRole) => selected.value.filter((_, i) => roles[i] === wanted);
  const neutral = having('neutral');
  apply({ ...NO_RELATIONS, sink_channels: having('sink'), neutral_channels: neutral.length > 0 ? neutral : null });
}
