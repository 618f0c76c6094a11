/** What a seat is taken with: what a process of its own would be started with. */
export interface SeatRequest {
  /** Folder for its log, its end and its last words; it tells the seat from others. */
  readonly record: string;
  /** A number of its own within the shared process, from 1. */
  readonly number: number;
  /** Words after `davit`. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** To a shared process: a line of JSON each. */
export type ToShared =
  | { readonly do: 'sit'; readonly request: SeatRequest }
  /** Ends in its own way, as after SIGTERM. */
  | { readonly do: 'leave'; readonly record: string }
  /** Ends now. */
  | { readonly do: 'drop'; readonly record: string }
  | { readonly do: 'ping'; readonly id: number };

/** From a shared process. */
export type FromShared =
  /** Comes first on each connection. */
  | { readonly is: 'here'; readonly pid: number; readonly seats: readonly SeatState[] }
  | { readonly is: 'seated'; readonly record: string }
  /** It needs a process of its own. */
  | { readonly is: 'refused'; readonly record: string; readonly why: string }
  | { readonly is: 'ready'; readonly record: string; readonly ready: boolean }
  | {
      readonly is: 'ended';
      readonly record: string;
      readonly status: number;
      /** Why it is not to sit in a shared process again. */
      readonly unfit?: string;
    }
  | { readonly is: 'pong'; readonly id: number };

export interface SeatState {
  readonly record: string;
  readonly ready: boolean;
}

/** File of a shared process that says for whom its threads work: four bytes for each thread, the number of a seat or 0. */
export const handsFile = 'hands';
/** Most threads that the file has room for. */
export const mostHands = 16;

/** Splits what arrives into lines. */
export class Lines {
  #rest = '';

  /** @returns the lines that are complete now */
  add(text: string): string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }
}
