// A toy stack opened in a machine with any number of toy workers.
import { onTestFinished } from 'vitest';
import type { Report, Session } from '../../../workers/api';
import { Machine } from '../../../workers/machine';
import { toyStack } from './toy-module';
import { ToyPlatform } from './toy-platform';

export interface ToySession {
  platform: ToyPlatform;
  machine: Machine;
  session: Session;
  stack: Uint8Array;
}

export async function openToy({ workers = 2, planes = 12, axes = '' } = {}): Promise<ToySession> {
  const platform = new ToyPlatform();
  const stack = toyStack(planes);
  platform.stacks.set('toy.tif', stack);
  const machine = await Machine.start(platform, { workers });
  onTestFinished(() => machine.close());
  const session = await machine.open([{ role: 'main', file: 'toy.tif', axes }]);
  return { platform, machine, session, stack };
}

export const learntOf = (report: Report): unknown[] => report.steps.map(({ learnt }) => learnt);
