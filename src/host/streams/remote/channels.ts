import type { Readable, Writable } from 'node:stream';
import type { TerminalSize } from '../contract.ts';
import type { Outcome } from './outcome.ts';

/** What a client of `exec` or `attach` wants to be connected to. */
export interface Wanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly terminal: boolean;
}

/** The streams between a client and a command, whatever carries them. */
export interface Channels {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** Calls `listener` with each size of the client's terminal. */
  onResize(listener: (size: TerminalSize) => void): void;
  /** Calls `listener` once the client is gone, at once when it has gone already. */
  onGone(listener: () => void): void;
  /** Says how it ended, after all that was written, and closes. */
  finish(outcome: Outcome): Promise<void>;
}

/** How often a client is asked for a sign of life: one that vanished is noticed by it. */
export const pingInterval = 10_000;

/** A size as clients send it; undefined for anything else. */
export function sizeIn(text: string): TerminalSize | undefined {
  try {
    const { Width: columns, Height: rows } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    return isSide(columns) && isSide(rows) ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;
}
