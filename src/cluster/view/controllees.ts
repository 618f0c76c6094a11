import type { Informer } from '../client/index.ts';
import type { KubeObject } from '../meta/index.ts';
import { controllerOf } from './objects.ts';

const index = 'controller';

/** Keeps the objects of an informer by who controls them, for `claimable`; to be called before it starts. */
export function keepByController<Item extends KubeObject>(informer: Informer<Item>): void {
  informer.index(index, object => [placeOf(object.metadata.namespace, controllerOf(object)?.uid)]);
}

/** The objects of a namespace that somebody controls, and those that nobody controls: what may be claimed. */
export function claimable<Item extends KubeObject>(
  informer: Informer<Item>,
  { metadata: { namespace, uid } }: KubeObject,
): Item[] {
  return [
    ...informer.by(index, placeOf(namespace, uid)),
    ...informer.by(index, placeOf(namespace, undefined)),
  ];
}

function placeOf(namespace = '', uid = ''): string {
  return `${namespace}/${uid}`;
}
