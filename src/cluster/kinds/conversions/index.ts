import type { Kind } from '../kind.ts';
import { events } from './events.ts';

type Conversion = NonNullable<Kind['conversion']>;

/** Conversions between the version of a request and the stored one, by `<group>/<version>/<plural>`. */
const conversions: Readonly<Record<string, Conversion>> = {
  'events.k8s.io/v1/events': events,
};

/** Undefined where versions differ in nothing but apiVersion. */
export function conversionOf({
  group,
  version,
  plural,
}: Pick<Kind, 'group' | 'version' | 'plural'>): Conversion | undefined {
  return conversions[`${group}/${version}/${plural}`];
}
