import type { JsonObject, KubeObject } from '../../meta/index.ts';
import type { Kind } from '../kind.ts';

type Conversion = NonNullable<Kind['conversion']>;

/** A field of events.k8s.io/v1, its name in the core, and what each of them writes when it is empty; absent: nothing. */
type Row = readonly [events: string, core: string, emptyInEvents?: Empty, emptyInCore?: Empty];
type Empty = null | '' | JsonObject | undefined;

/** In the order of the fields of events.k8s.io/v1. */
const rows: readonly Row[] = [
  ['eventTime', 'eventTime', null, null],
  ['series', 'series'],
  ['reportingController', 'reportingComponent', undefined, ''],
  ['reportingInstance', 'reportingInstance', undefined, ''],
  ['action', 'action'],
  ['reason', 'reason'],
  ['regarding', 'involvedObject', {}, {}],
  ['related', 'related'],
  ['note', 'message'],
  ['type', 'type'],
  ['deprecatedSource', 'source', {}, {}],
  ['deprecatedFirstTimestamp', 'firstTimestamp', null, null],
  ['deprecatedLastTimestamp', 'lastTimestamp', null, null],
  ['deprecatedCount', 'count'],
];

/** The order of the fields of the core's events. */
const coreOrder = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'type',
  'eventTime',
  'series',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
];
const coreRows = coreOrder.map(name => rows.find(([, core]) => core === name) as Row);

const zeros: ReadonlySet<unknown> = new Set([undefined, null, '', 0]);

function fieldOf(value: unknown, name: string, empty: unknown): [string, unknown][] {
  if (!zeros.has(value)) return [[name, value]];
  return empty === undefined ? [] : [[name, empty]];
}

/** Events of events.k8s.io/v1, which lie in the store as those of the core (Kubernetes' `pkg/apis/events/v1`). */
export const events: Conversion = {
  toStorage: event =>
    converted(
      event,
      coreRows.flatMap(([from, to, , empty]) => fieldOf(event[from], to, empty)),
    ),
  fromStorage: event =>
    converted(
      event,
      rows.flatMap(([to, from, empty]) => fieldOf(event[from], to, empty)),
    ),
};

function converted({ apiVersion, kind, metadata }: KubeObject, fields: [string, unknown][]): KubeObject {
  return { apiVersion, kind, metadata, ...(Object.fromEntries(fields) as JsonObject) };
}
