import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import { named, text, wide } from './cells.ts';
import { since } from './durations.ts';

/** An Event in the fields of its first version; those of the newer one are read where these are absent. */
interface Event {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly note?: string;
  readonly involvedObject?: Reference;
  readonly regarding?: Reference;
  readonly source?: Source;
  readonly deprecatedSource?: Source;
  readonly reportingComponent?: string;
  readonly reportingController?: string;
  readonly reportingInstance?: string;
  readonly firstTimestamp?: string | null;
  readonly deprecatedFirstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly deprecatedLastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly count?: number;
  readonly deprecatedCount?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly fieldPath?: string;
}

interface Source {
  readonly component?: string;
  readonly host?: string;
}

function eventOf(object: KubeObject): Event {
  return object as unknown as Event;
}

function aboutOf(object: KubeObject): Reference {
  const event = eventOf(object);
  return event.involvedObject ?? event.regarding ?? {};
}

function firstSeen(object: KubeObject, now: number): string {
  const event = eventOf(object);
  return since(event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime, now);
}

function lastSeen(object: KubeObject, now: number): string {
  const event = eventOf(object);
  if (event.series !== undefined) return since(event.series.lastObservedTime, now);
  const last = event.lastTimestamp ?? event.deprecatedLastTimestamp;
  return last === undefined || last === null ? firstSeen(object, now) : since(last, now);
}

function aboutText(object: KubeObject): string {
  const { kind = '', name = '' } = aboutOf(object);
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function sourceText(object: KubeObject): string {
  const event = eventOf(object);
  const source = event.source ?? event.deprecatedSource ?? {};
  const component = source.component || event.reportingComponent || event.reportingController || '';
  const instance = source.host || event.reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}

function countOf(object: KubeObject): number {
  const event = eventOf(object);
  if (event.series !== undefined) return event.series.count ?? 0;
  return event.count || event.deprecatedCount || 1;
}

/** Columns of Event in both of its groups (`printEvent`). */
export const events: readonly Column[] = [
  text('Last Seen', 'When it happened last', lastSeen),
  text('Type', 'Normal, or Warning', object => eventOf(object).type ?? ''),
  text('Reason', 'What happened, in one word', object => eventOf(object).reason ?? ''),
  text('Object', 'What it is about', aboutText),
  wide('Subobject', 'The part that it is about', object => aboutOf(object).fieldPath ?? ''),
  wide('Source', 'Who reported it', sourceText),
  text('Message', 'What happened', object => (eventOf(object).message ?? eventOf(object).note ?? '').trim()),
  wide('First Seen', 'When it happened first', firstSeen),
  wide('Count', 'How often it happened', countOf),
  named(undefined, 1),
];
