import type { KubeObject } from '../../../cluster/meta/index.ts';
import type { EventFields } from '../eventlines.ts';
import { describeEvents } from './events.ts';
import { describeAny } from './generic.ts';
import { Description } from './writer.ts';

/** What people read about an object; without `events` nothing is said of them. */
export function describeObject(
  object: KubeObject,
  events: readonly EventFields[] | undefined,
  now: number,
): string {
  const out = new Description();
  describeAny(out, object);
  if (events !== undefined) describeEvents(out, events, now);
  return out.text();
}
