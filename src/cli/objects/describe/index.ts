import { parseApiVersion, type KubeObject } from '../../../cluster/meta/index.ts';
import type { EventFields } from '../eventlines.ts';
import { describeConfigMap } from './configmap.ts';
import { describeEvents } from './events.ts';
import { describeAny } from './generic.ts';
import { describeSecret } from './secret.ts';
import { Description } from './writer.ts';

/** Kinds that kubectl shows in a way of their own, by kind and group. */
const forms: Readonly<Record<string, Form>> = {
  'ConfigMap.': { write: describeConfigMap, events: true },
  'Secret.': { write: describeSecret, events: false },
};

interface Form {
  readonly write: (out: Description, object: KubeObject) => void;
  /** Whether events are shown at all. */
  readonly events: boolean;
}

const general: Form = { write: describeAny, events: true };

/** What people read about an object; without `events` nothing is said of them. */
export function describeObject(
  object: KubeObject,
  events: readonly EventFields[] | undefined,
  now: number,
): string {
  const out = new Description();
  const form = forms[`${object.kind}.${parseApiVersion(object.apiVersion).group}`] ?? general;
  form.write(out, object);
  if (events !== undefined && form.events) describeEvents(out, events, now);
  return out.text();
}
