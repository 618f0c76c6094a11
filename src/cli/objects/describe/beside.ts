import type { KubeObject, SelectorObject } from '../../../cluster/meta/index.ts';
import { selectorText } from './words.ts';

/** Objects that a description needs besides the one described. */
export interface Wanted {
  /** As on a command line: `pods`, `replicasets.apps`. */
  readonly kind: string;
  readonly namespace?: string | undefined;
  /** Of a single object. */
  readonly name?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface Listed {
  readonly items: readonly KubeObject[];
  /** Why there are none, where they could not be read. */
  readonly failure?: unknown;
}

/** What was found of what a description wants, by the names of its wants. */
export interface Beside {
  readonly found: Readonly<Record<string, Listed>>;
  /** Milliseconds, from which ages count. */
  readonly now: number;
}

const none: Listed = { items: [] };

/** @throws why they could not be read */
export function needed({ found }: Beside, name: string): readonly KubeObject[] {
  const { items, failure } = found[name] ?? none;
  if (failure !== undefined) throw failure;
  return items;
}

/** What the server, or whoever failed, said. */
export function wordsOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

/** Those of a selector, in the namespace of an object. */
export function selected(
  kind: string,
  { metadata }: KubeObject,
  selector: SelectorObject | undefined,
): Wanted {
  return { kind, namespace: metadata.namespace, labelSelector: selectorText(selector) };
}

/** `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`, of the pods that an object controls. */
export function podCounts(owner: KubeObject, pods: readonly KubeObject[]): string {
  const owned = pods.filter(pod => isControlledBy(pod, owner));
  const count = (phase: string): number =>
    owned.filter(({ status }) => (status as { phase?: string } | undefined)?.phase === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

export function isControlledBy({ metadata }: KubeObject, owner: KubeObject): boolean {
  return metadata.ownerReferences?.find(one => one.controller === true)?.uid === owner.metadata.uid;
}
