import type { Ended } from '../../base/detached/index.ts';

/** What plays a container: a process of its own (`Detached` is one), or a seat in a shared one. */
export interface Player {
  /** Folder with its log and its end. */
  record: string;
  /** Number of the process that leads its session; 0 for a seat. */
  readonly pid: number;
  /** The process that does its work; undefined when it has ended, and for a seat. */
  readonly command: number | undefined;
  /** Undefined while it runs. */
  readonly end: Ended | undefined;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
  /** Lets it read the end of its input. */
  endInput(): void;
  kill(): void;
}
