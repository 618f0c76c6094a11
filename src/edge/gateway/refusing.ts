import type { Log } from '../../base/log/index.ts';
import type { EventRecorder } from '../../cluster/client/index.ts';
import type { Refused } from './routes/index.ts';

/** Tells once of each object whose hosts are not routed: in an Event beside it, and in the log. */
export class Refusing {
  readonly #events: Pick<EventRecorder, 'record'>;
  readonly #log: Log;
  /** What has been told, by object, host and reason. */
  #told = new Set<string>();

  constructor(events: Pick<EventRecorder, 'record'>, log: Log) {
    this.#events = events;
    this.#log = log;
  }

  /**
   * @param refused all that is refused now; what is no longer may be told again
   * @returns whether it is something else than before
   */
  tell(refused: readonly Refused[]): boolean {
    const now = new Set<string>();
    for (const one of refused) {
      const { kind, metadata } = one.object;
      const key = `${metadata.uid} ${metadata.generation} ${one.reason} ${one.host}`;
      now.add(key);
      if (this.#told.has(key)) continue;
      const text = refusedText(one.host, one.reason, metadata.namespace ?? '');
      void this.#events.record(one.object, 'Warning', 'HostRefused', text);
      this.#log.warning('a host is not routed', {
        kind,
        namespace: metadata.namespace,
        name: metadata.name,
        host: one.host,
        reason: text,
      });
    }
    const differs = now.size !== this.#told.size || [...now].some(key => !this.#told.has(key));
    this.#told = now;
    return differs;
  }
}

/** Why a host is not routed as an object asks for it, for people. */
export function refusedText(host: string, reason: Refused['reason'], namespace: string): string {
  const named = host.slice(0, 253);
  return reason === 'gateway'
    ? `People reach the gateway itself by ${named}: of that host this object is given paths below /WORD/${namespace}/ alone.`
    : `${named} is a host that another namespace has to itself, for a Service or an InferenceService of it: it is not routed by this object.`;
}
