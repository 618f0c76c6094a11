import type { KubeObject } from '../../meta/index.ts';
import type { Plural } from '../../view/index.ts';

/** An object that a service is to have. */
export interface Child {
  readonly plural: Plural;
  readonly object: KubeObject;
  /** Made when it is missing, and otherwise left alone: others write it. */
  readonly onlyOnce?: true;
}

/** How a child is told from others. */
export function childKey(plural: Plural, { metadata }: KubeObject): string {
  return `${plural}/${metadata.namespace}/${metadata.name}`;
}
