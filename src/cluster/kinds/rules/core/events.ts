import {
  type FieldError,
  invalidValue,
  type KubeObject,
  qualifiedNameFaults,
  requiredValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty, required, unchanged } from '../checks.ts';
import { filled } from '../filling.ts';

interface Series {
  readonly count?: number;
  readonly lastObservedTime?: string | null;
}

/** An Event in one pair of names, whichever group it is written in. */
interface Event {
  readonly about: { readonly namespace?: string };
  readonly controller: string;
  readonly instance: string;
  readonly action: string;
  readonly reason: string;
  readonly message: string;
  readonly time: string | undefined;
  readonly series: Series | undefined;
}

function modern({ apiVersion }: KubeObject): boolean {
  return apiVersion.startsWith('events.k8s.io/');
}

function eventOf(object: KubeObject): Event {
  const read = (field: string) => (object[field] as string | null | undefined) ?? '';
  const newer = modern(object);
  return {
    about: object[newer ? 'regarding' : 'involvedObject'] ?? {},
    controller: read(newer ? 'reportingController' : 'reportingComponent'),
    instance: read('reportingInstance'),
    action: read('action'),
    reason: read('reason'),
    message: read(newer ? 'note' : 'message'),
    time: read('eventTime') || undefined,
    series: object['series'] ?? undefined,
  };
}

/** Rules of Event, in the core group and in its own (`ValidateEventCreate`). */
export const events: Rules = {
  complete: object =>
    modern(object) ? filled<KubeObject>(object, { regarding: {}, deprecatedSource: {} }) : completed(object),
  prepareCreate: withTimes,
  prepareUpdate: withTimes,
  validateCreate: object => [...sharedErrors(object), ...(modern(object) ? newErrors(object) : [])],
  validateUpdate: (object, old) => [
    ...sharedErrors(object),
    ...(modern(object) ? changeErrors(object, old) : []),
  ],
};

/** Times that are not known are written as null, which nobody owns. */
function withTimes(object: KubeObject): KubeObject {
  const times = modern(object)
    ? { eventTime: null }
    : { firstTimestamp: null, lastTimestamp: null, eventTime: null };
  return filled<KubeObject>(object, times);
}

/** Fields of the first version that are always written. */
function completed(object: KubeObject): KubeObject {
  return filled<KubeObject>(object, {
    involvedObject: {},
    source: {},
    reportingComponent: '',
    reportingInstance: '',
  });
}

const limit = 128;
const noteLimit = 1024;

function sharedErrors(object: KubeObject): FieldError[] {
  const event = eventOf(object);
  if (event.time === undefined) return placeErrors(object, event, ['', 'default'], true);
  const controller = modern(object) ? 'reportingController' : 'reportingComponent';
  return [
    ...placeErrors(object, event, ['default', 'kube-system'], false),
    ...required(event.controller, controller),
    ...faulty(qualifiedNameFaults(event.controller), controller, event.controller),
    ...limited(event.instance, 'reportingInstance'),
    ...limited(event.action, 'action'),
    ...limited(event.reason, 'reason'),
    ...(event.message.length > noteLimit
      ? [invalidValue('message', '', `can have at most ${noteLimit} characters`)]
      : []),
  ];
}

/** An event lies in the namespace of what it is about; what has none is told of in a few. */
function placeErrors(
  { metadata }: KubeObject,
  { about }: Event,
  others: readonly string[],
  both: boolean,
): FieldError[] {
  const [place, asked] = [metadata.namespace ?? '', about.namespace ?? ''];
  const good = asked === '' ? others.includes(place) : !both || place === asked;
  return good ? [] : [invalidValue('involvedObject.namespace', asked, 'does not match event.namespace')];
}

function limited(value: string, field: string): FieldError[] {
  if (value === '') return [requiredValue(field)];
  return value.length > limit ? [invalidValue(field, '', `can have at most ${limit} characters`)] : [];
}

const retired = [
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['deprecatedSource', 'source'],
] as const;

function newErrors(object: KubeObject): FieldError[] {
  const { time, series } = eventOf(object);
  const type = (object['type'] as string | undefined) ?? '';
  const errors = series === undefined ? [] : seriesErrors(series);
  if (time === undefined) errors.push(requiredValue('eventTime'));
  if (type !== 'Normal' && type !== 'Warning') {
    errors.push(invalidValue('type', '', `has invalid value: ${type}`));
  }
  for (const [field, name] of retired) {
    const value = object[field] ?? undefined;
    const empty = typeof value === 'object' && Object.keys(value).length === 0;
    if (value === undefined || value === 0 || empty) continue;
    errors.push(invalidValue(name, '', 'needs to be unset'));
  }
  return errors;
}

function seriesErrors({ count = 0, lastObservedTime }: Series): FieldError[] {
  const errors = count < 2 ? [invalidValue('series.count', '', 'should be at least 2')] : [];
  if ((lastObservedTime ?? '') === '') errors.push(requiredValue('series.lastObservedTime'));
  return errors;
}

const fixed = [
  ['regarding', 'involvedObject'],
  ['reason', 'reason'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingController', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
] as const;

function changeErrors(object: KubeObject, old: KubeObject): FieldError[] {
  const { series } = eventOf(object);
  return [
    ...(series === undefined ? [] : seriesErrors(series)),
    ...fixed.flatMap(([field, name]) => unchanged(object[field], old[field], name)),
  ];
}
