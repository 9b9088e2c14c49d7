// Fits on a session, and the corrected planes that depend on the last one. A session shows planes by what it fitted last, so this
// keeps track of which recipe that is: one fit at a time, and a plane that was overtaken by another fit is asked for again.
import type { JobOptions, Plane, PlaneRequest, Recipe, Report, Session } from '../../workers/api';
import { inputsVersion } from '../open/inputs';

interface Line {
  tail: Promise<unknown>;
  /** The recipe the session shows planes by, and the inputs it was fitted to. */
  fitted: string | null;
}

const lines = new WeakMap<Session, Line>();

function lineOf(session: Session): Line {
  let line = lines.get(session);
  if (!line) {
    line = { tail: Promise.resolve(), fitted: null };
    lines.set(session, line);
  }
  return line;
}

export function runFit(session: Session, recipe: Recipe, options: JobOptions & { compare?: boolean } = {}): Promise<Report> {
  const line = lineOf(session);
  const fit = async () => {
    options.signal?.throwIfAborted();
    const key = keyOf(recipe);
    const report = await session.fit(recipe, options);
    line.fitted = key;
    return report;
  };
  const result = line.tail.then(fit);
  line.tail = result.catch(() => undefined);
  return result;
}

/** The recipe over the inputs there are now. */
function keyOf(recipe: Recipe): string {
  return `${inputsVersion.peek()} ${JSON.stringify(recipe)}`;
}

/** A plane after `request.stage` steps of `recipe`, which is fitted first unless it was the last one fitted. */
export async function fittedPlane(session: Session, recipe: Recipe, request: PlaneRequest): Promise<Plane> {
  const line = lineOf(session);
  const key = keyOf(recipe);
  for (;;) {
    if (line.fitted !== key) await runFit(session, recipe);
    // Another fit may have come in between, or come now.
    if (line.fitted !== key) continue;
    const plane = await session.plane(request);
    if (line.fitted === key) return plane;
  }
}
