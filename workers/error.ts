// The error everything in workers/ rejects with: the tag of the core's Errc, a sentence for the user, and the cause.
import type { ErrorTag } from '../wasm/webunmix';

/** An error as it travels between workers: Error objects lose their class and their fields on the way. */
export interface ErrorMessage {
  tag: ErrorTag;
  message: string;
  /** For developers: the stack of what failed on the other side. */
  detail: string;
}

export class UnmixError extends Error {
  override readonly name = 'UnmixError';
  readonly tag: ErrorTag;

  constructor(tag: ErrorTag, message: string, options?: ErrorOptions) {
    super(message, options);
    this.tag = tag;
  }

  toMessage(): ErrorMessage {
    const cause = this.cause instanceof Error ? `\ncaused by ${this.cause.stack ?? this.cause.message}` : '';
    return { tag: this.tag, message: this.message, detail: `${this.stack ?? ''}${cause}` };
  }

  static fromMessage({ tag, message, detail }: ErrorMessage): UnmixError {
    const cause = new Error(message);
    cause.stack = detail;
    return new UnmixError(tag, message, { cause });
  }
}

/** Whether `error` is one of ours and, when tags are given, has one of them. */
export function isUnmixError(error: unknown, ...tags: ErrorTag[]): error is UnmixError {
  return error instanceof UnmixError && (tags.length === 0 || tags.includes(error.tag));
}

/** `error` itself when it is one of ours, else a promise that was broken, with what broke it as the cause. */
export function asUnmixError(error: unknown): UnmixError {
  if (error instanceof UnmixError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new UnmixError('internal', `Something went wrong that should not: ${text}`, { cause: error });
}

export function cancelledError(): UnmixError {
  return new UnmixError('cancelled', 'Cancelled.');
}

/** Rejects with the signal's cancellation; for the places between two awaits. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelledError();
}
