import type { EventEmitter } from 'node:events';

export interface Shutdown {
  /** Stops accepting, lets running work finish, resolves when all is done. Called once, at the first signal. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
  readonly exit: (code: number) => void;
  readonly signals?: Pick<EventEmitter, 'on'>;
}

const exitCodes: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * The first SIGTERM, SIGINT or SIGHUP begins an orderly stop that ends with exit status 0; a second one exits at once with
 * 128 + the signal's number, as shells expect of a killed program.
 */
export function shutdownOnSignals({ stop, exit, signals = process }: Shutdown): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    signals.on(signal, () => {
      if (stopping) {
        exit(exitCodes[signal] ?? 1);
        return;
      }
      stopping = true;
      stop(signal).then(
        () => exit(0),
        () => exit(1),
      );
    });
  }
}
