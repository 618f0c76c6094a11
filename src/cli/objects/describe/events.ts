import { type EventFields, intervalText } from '../eventlines.ts';
import type { Description } from './writer.ts';

/** The events about an object, the last one last. */
export function describeEvents(out: Description, events: readonly EventFields[], now: number): void {
  if (events.length === 0) {
    out.line(0, 'Events:', '<none>');
    return;
  }
  out.part();
  out.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n');
  out.line(1, '----', '------', '----', '----', '-------');
  for (const event of events.toSorted((a, b) => lastSeen(a) - lastSeen(b))) {
    const { type = '', reason = '', message = '', involvedObject, source, reportingComponent = '' } = event;
    const { fieldPath = '' } = involvedObject;
    const text = fieldPath === '' ? message.trim() : `${fieldPath}: ${message.trim()}`;
    const from = source?.component ?? '';
    out.line(1, type, reason, intervalText(event, now), from === '' ? reportingComponent : from, text);
  }
}

function lastSeen({ lastTimestamp }: EventFields): number {
  return lastTimestamp === null || lastTimestamp === undefined ? 0 : Date.parse(lastTimestamp);
}
