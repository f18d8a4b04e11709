/** joulecart: joules per query of a Node program, with their interval. Outside of
 * `joulecart run` all of it does nothing, and nothing of it ever throws. */

declare global {
  // As @types/node and TypeScript's own esnext.disposable say it, for those who have neither.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/** A marked interval: begun where it is made, ended by end(), `using` or its callback's end. */
export interface Phase {
  readonly name: string;
  /** How many functional units the phase served; set it at any time before the end. */
  queries: number | bigint;
  /** How long it has lasted, or lasted: there at once, with and without joulecart. */
  readonly seconds: number;
  /** Adds n of another unit, such as "tokens", to what the phase has served. */
  units(unit: string, n: number | bigint): void;
  end(): void;
  /** `using p = joulecart.phase('infer')`: ends with the block. */
  [Symbol.dispose](): void;
  /** `await using` does the same. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Begins a phase: "load", "warm-up", "steady" (joules per query come from it), "train", or a
 * name of your own, of at most 31 bytes. */
export function phase(name: string): Phase;
/** Runs body in a phase, which ends when body returns, throws, or what it promises is settled.
 * Returns what body returns. */
export function phase<T>(name: string, body: (phase: Phase) => T): T;

/** One passage through a part of the program, such as a layer. Without a native module there is no memory to
 * share with joulecart, so that each passage is a phase of that name: a packet at each end, for what happens
 * some hundred times a second, not a million. units() within it goes to the phase around it. */
export function region(name: string): Phase;
export function region<T>(name: string, body: () => T): T;

/** A function whose calls are phases that serve `queries` queries each (1). */
export function measured<A extends any[], R>(
  name: string, body: (...args: A) => R, queries?: number): (...args: A) => R;

/** Records a figure of this run that is no energy: metric('top1', 0.91). */
export function metric(name: string, value: number): void;
/** How good each answer was, by the metric of that name, from 0 (wrong) to 1 (right), in the order of
 * the queries, which workload() names. Programs that answered the same queries are then compared query
 * by query. At most 2 ** 20; once, after the queries. Does not stand for metric(). */
export function answers(metric: string, answers: Iterable<number> | ArrayLike<number>): void;
/** Names the work that this run does: only trials of the same workload are compared. */
export function workload(hash: string): void;
/** Names the workload whose result this run starts from. */
export function parent(hash: string): void;
/** Adds n of another unit to what the innermost phase of this chain of calls has served (a phase
 * with a callback); outside of every one, to what the whole run has. */
export function units(unit: string, n: number | bigint): void;

/** True where `joulecart run` listens to this process. */
export function active(): boolean;
/** How many marks could not be sent: the socket was full, or joulecart has gone. */
export function dropped(): number;
