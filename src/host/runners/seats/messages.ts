/** Names a seat: with the same record another one may be taken before the end of this one is told. */
export interface SeatName {
  /** Folder for its log, its end and its last words. */
  readonly record: string;
  /** A number of its own within the shared process, from 1. */
  readonly number: number;
}

/** What a seat is taken with: what a process of its own would be started with. */
export interface SeatRequest extends SeatName {
  /** Words after `davit`. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** To a shared process: a line of JSON each. */
export type ToShared =
  | { readonly do: 'sit'; readonly request: SeatRequest }
  /** Ends in its own way, as after SIGTERM. */
  | ({ readonly do: 'leave' } & SeatName)
  /** Ends now. */
  | ({ readonly do: 'drop' } & SeatName)
  | { readonly do: 'ping'; readonly id: number };

/** From a shared process. */
export type FromShared =
  /** Comes first on each connection. */
  | { readonly is: 'here'; readonly pid: number; readonly seats: readonly SeatState[] }
  | ({ readonly is: 'seated' } & SeatName)
  /** It needs a process of its own. */
  | ({ readonly is: 'refused'; readonly why: string } & SeatName)
  | ({ readonly is: 'ready'; readonly ready: boolean } & SeatName)
  | ({
      readonly is: 'ended';
      readonly status: number;
      /** Why it is not to sit in a shared process again. */
      readonly unfit?: string;
    } & SeatName)
  | { readonly is: 'pong'; readonly id: number };

export interface SeatState extends SeatName {
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
