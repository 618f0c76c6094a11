import type { SeatRequest } from '../../host/runners/index.ts';

/** What a seat tells. */
export interface Told {
  readonly onReady: (ready: boolean) => void;
  /** Once; `unfit` says why it is not to sit in a shared process again. */
  readonly onEnded: (status: number, unfit?: string) => void;
}

/** What sits in a shared process in the place of a process of its own. */
export interface Sitting {
  readonly request: SeatRequest;
  readonly ready: boolean;
  /** Rejects when it has to have a process of its own; nothing of it is left then. */
  start(): Promise<void>;
  /** Ends in order, as a process does after SIGTERM; the second time at once. */
  leave(): Promise<void>;
  /** Ends now. */
  drop(): Promise<void>;
}
