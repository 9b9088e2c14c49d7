// The stack that is open: how it was opened, what the file says of itself, and the question when it does not say enough.
import { batch, signal } from '@preact/signals';
import type { Inspection, Session, TileGrid, WebUnmix } from '../../workers/api';
import { backend } from '../app/backend';
import { step } from '../app/steps';
import { announce } from '../ui/announce';
import { type PageError, pageError } from '../ui/errors';
import { dotted, formatBytes } from '../ui/format';

export type Shape = [number, number, number, number, number];

export type Origin =
  | { kind: 'file' }
  | { kind: 'link'; url: string }
  | { kind: 'example'; id: string; truth: Record<string, unknown> };

export interface OpenStack {
  session: Session;
  /** Of the first tile, whose shape all have. */
  inspection: Inspection & { shape: Shape };
  /** Names of the stacks that were opened together, in their order: one for most. */
  tiles: string[];
  /** How the tiles lie, where their files say so. */
  layout: TileGrid | null;
  origin: Origin;
}

export const stack = signal<OpenStack | null>(null);
/** What is being done: "Opening cells.tif". */
export const opening = signal<{ title: string; detail: string } | null>(null);
/** An opened file whose pages need an answer before it is a stack. */
export const asking = signal<{ session: Session; inspection: Inspection; origin: Origin } | null>(null);
export const openError = signal<PageError | null>(null);
/** The file that settings were restored from while no stack was open. */
export const restoredFrom = signal<string | null>(null);

export interface StackShape {
  t: number;
  z: number;
  c: number;
  y: number;
  x: number;
}

export function shapeOf(open: OpenStack): StackShape {
  const [t, z, c, y, x] = open.inspection.shape;
  return { t, z, c, y, x };
}

function reading(name: string) {
  return { title: `Opening ${name}`, detail: 'Reading what the file says of itself.' };
}

let latestOpening = 0;

async function openInputs(
  name: string,
  doing: { title: string; detail: string },
  make: () => Promise<{ inputs: (File | string)[]; origin: Origin }>,
): Promise<void> {
  latestOpening += 1;
  const mine = latestOpening;
  batch(() => {
    openError.value = null;
    restoredFrom.value = null;
    opening.value = doing;
  });
  try {
    const machine = await backend();
    const { inputs, origin } = await make();
    const session = await machine.open(inputs.map((file) => ({ role: 'main', file })));
    if (mine !== latestOpening) {
      await session.close();
      return;
    }
    await leave();
    const inspection = session.inspections[0];
    if (!inspection) throw new Error('The file holds no stack.');
    if (inspection.question || !inspection.shape) asking.value = { session, inspection, origin };
    else enter(session, inspection, origin);
  } catch (error) {
    if (mine !== latestOpening) return;
    openError.value = pageError(`Could not open ${name}.`, error);
  } finally {
    if (mine === latestOpening) opening.value = null;
  }
}

function enter(session: Session, inspection: Inspection, origin: Origin): void {
  if (!inspection.shape) throw new Error('A stack without a shape cannot be entered.');
  batch(() => {
    asking.value = null;
    const tiles = session.inspections.map(({ name }) => name);
    stack.value = {
      session,
      inspection: { ...inspection, shape: inspection.shape as Shape },
      tiles,
      layout: session.layout,
      origin,
    };
    step.value = 'inspect';
  });
  const [t, z, c, y, x] = inspection.shape;
  announce(`Opened ${inspection.name}: ${t} t, ${z} z, ${c} channels, ${x} by ${y} pixels.`);
}

/** Closes what is open or in question. */
async function leave(): Promise<void> {
  const open = stack.value?.session ?? asking.value?.session;
  batch(() => {
    stack.value = null;
    asking.value = null;
  });
  await open?.close();
}

export function openFiles(files: File[]): Promise<void> {
  const name = files.length === 1 && files[0] ? files[0].name : `${files.length} files`;
  // Tiles in the order in which people number them: tile 2 before tile 10.
  const ordered = files.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return openInputs(name, reading(name), async () => ({ inputs: ordered, origin: { kind: 'file' } }));
}

export function openLink(url: string): Promise<void> {
  const name = decodeURIComponent(url.split(/[?#]/)[0]?.split('/').pop() || url);
  return openInputs(name, reading(name), async () => ({ inputs: [url], origin: { kind: 'link', url } }));
}

export function openExample(id: string, title: string, options: Parameters<WebUnmix['example']>[0]): Promise<void> {
  return openInputs(title, { title: `Making ${title}`, detail: 'A scene with known truth, pixel by pixel.' }, async () => {
    const machine = await backend();
    const { file, truth } = await machine.example(options);
    return { inputs: [file], origin: { kind: 'example', id, truth } };
  });
}

/** Answers the question about the axes. Rejects with the core's reason when the answer does not fit. */
export async function answerAxes(axes: string): Promise<void> {
  const question = asking.value;
  if (!question) return;
  const inspection = await question.session.setAxes(0, axes);
  enter(question.session, inspection, question.origin);
}

export async function dismissQuestion(): Promise<void> {
  await leave();
}

/** "12 t · 24 z · 2 c · 1024 × 1024" */
export function shapeLine(inspection: Inspection): string {
  if (!inspection.shape) return '';
  const [t, z, c, y, x] = inspection.shape;
  return dotted(`${t} t`, `${z} z`, `${c} c`, `${x} × ${y}`);
}

export function sizeLine(inspection: Inspection): string {
  return formatBytes(inspection.bytes);
}
