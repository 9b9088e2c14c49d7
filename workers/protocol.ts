// What passes between the page (or the command line) and its workers: requests, replies, progress, and how they are typed.
//
// A worker's calls are an interface: `work(args: WorkArguments): Uint8Array`. Its name is the `kind` of the request, its argument
// the request's `args`, what it returns the reply's `value`. Buffers in a reply are transferred, never copied; those of a request
// are transferred when the sender lists them and copied otherwise, because an item or a state may have to be sent again.
import type { ErrorMessage } from './error';

/** The shape of an interface of calls: every call takes one argument (or none) and may be asynchronous. */
// biome-ignore lint/suspicious/noExplicitAny: the bound of a mapped type; each interface gives the real types.
export type Calls<C> = { [K in keyof C]: (args: any, context: CallContext) => unknown };

export interface CallContext {
  /** Tells the caller how far this call is, 0..1. */
  progress(fraction: number): void;
}

export type CallName<C> = keyof C & string;
export type CallArguments<C extends Calls<C>, K extends keyof C> = Parameters<C[K]>[0];
export type CallValue<C extends Calls<C>, K extends keyof C> = Awaited<ReturnType<C[K]>>;

export interface Request {
  id: number;
  kind: string;
  args: unknown;
}

/** Gives up the requests of the lowest urgency that have not begun; each is answered with `cancelled`. */
export interface Drop {
  drop: 'waiting';
}

export type ToWorker = Request | Drop;

export interface Answer {
  id: number;
  ok: true;
  value: unknown;
  /** Bytes of the worker's wasm heap, where it has one. */
  heap: number;
}

export interface Failure {
  id: number;
  error: ErrorMessage;
  heap: number;
}

export interface ProgressNote {
  id: number;
  progress: number;
}

/** The worker's wasm instance was left in an unknown state (a trap): it answers nothing any more. */
export interface Dead {
  dead: string;
}

export type FromWorker = Answer | Failure | ProgressNote | Dead;
