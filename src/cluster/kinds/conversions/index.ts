import type { Kind } from '../kind.ts';
import { autoscalers } from './autoscalers.ts';
import { events } from './events.ts';
import { llm } from './llm.ts';

type Conversion = NonNullable<Kind['conversion']>;

/** Conversions between the version of a request and the stored one, by `<group>/<version>/<plural>`. */
const conversions: Readonly<Record<string, Conversion>> = {
  'autoscaling/v1/horizontalpodautoscalers': autoscalers,
  'events.k8s.io/v1/events': events,
  'serving.kserve.io/v1alpha1/llminferenceservices': llm,
  'serving.kserve.io/v1alpha1/llminferenceserviceconfigs': llm,
};

/** Undefined where versions differ in nothing but apiVersion. */
export function conversionOf({
  group,
  version,
  plural,
}: Pick<Kind, 'group' | 'version' | 'plural'>): Conversion | undefined {
  return conversions[`${group}/${version}/${plural}`];
}

export { type Equivalents, equivalentsIn, inVersion } from './equivalents.ts';
export { columnsThrough, rulesThrough } from './through.ts';

/** Kinds of Kubernetes' own that lie in the store in another version, by the same names. */
const storedAs: Readonly<Record<string, string>> = { 'autoscaling/v1/horizontalpodautoscalers': 'v2' };

export function storedVersion({
  group,
  version,
  plural,
}: Pick<Kind, 'group' | 'version' | 'plural'>): string {
  return storedAs[`${group}/${version}/${plural}`] ?? version;
}
