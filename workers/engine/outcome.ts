// Turns what the wasm module returns into a value or a thrown UnmixError.
import type { Outcome } from '../../wasm/webunmix';
import { UnmixError } from '../error';

export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new UnmixError(outcome.tag, outcome.message);
}
