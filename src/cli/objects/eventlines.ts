import type { KubeObject } from '../../cluster/meta/index.ts';
import { sinceText } from './durations.ts';

/** An Event of the core group, as clients read it. */
export interface EventFields extends KubeObject {
  readonly involvedObject: {
    readonly kind?: string;
    readonly name?: string;
    readonly fieldPath?: string;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly source?: { readonly component?: string };
  readonly reportingComponent?: string;
}

/** When an event was last seen, and how often: `4s`, or `4s (x3 over 10m)`. */
export function intervalText(event: EventFields, now: number): string {
  const { eventTime, firstTimestamp, lastTimestamp, series, count = 0 } = event;
  const first = sinceText(eventTime ?? firstTimestamp, now);
  if (series !== undefined) {
    return `${sinceText(series.lastObservedTime, now)} (x${series.count} over ${first})`;
  }
  return count > 1 ? `${sinceText(lastTimestamp, now)} (x${count} over ${first})` : first;
}

/** When an event was last seen, in milliseconds; what has no time comes first. */
export function eventTime({ series, lastTimestamp, eventTime: at }: EventFields): number {
  const text = series?.lastObservedTime ?? lastTimestamp ?? at;
  return text === null || text === undefined ? 0 : Date.parse(text);
}
