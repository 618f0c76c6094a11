import type { OwnerReference } from '../../../meta/index.ts';
import type { Thing } from './graph.ts';

export const foreground = 'foregroundDeletion';
export const orphan = 'orphan';

/** How an owner stands to what it owns. */
export type OwnerState =
  /** It is there and stays. */
  | 'solid'
  /** It is gone, or another object has its name. */
  | 'dangling'
  /** It is going and waits for what it owns. */
  | 'waiting';

/** What is to be done about one object. */
export type Decision =
  | { readonly do: 'nothing' }
  | { readonly do: 'delete'; readonly propagation: 'Background' | 'Foreground' | 'Orphan' }
  /** References to owners that are gone are dropped, others remain. */
  | { readonly do: 'drop-owners'; readonly uids: readonly string[] }
  /** Dependents lose their reference, then the finalizer goes. */
  | { readonly do: 'orphan'; readonly dependents: readonly Thing[] }
  /** Nothing that blocks is left: the finalizer goes. */
  | { readonly do: 'finish-foreground' }
  /** Dependents have to be looked at first. */
  | { readonly do: 'delete-dependents'; readonly dependents: readonly Thing[] };

/**
 * What becomes of an object whose owners' states are known. Pure.
 * @param dependentsOf What an object owns.
 */
export function decide(
  thing: Thing,
  dependentsOf: (uid: string) => readonly Thing[],
  stateOf: (owner: OwnerReference) => OwnerState,
): Decision {
  const dependents = dependentsOf(thing.uid);
  if (thing.deleting && thing.finalizers.includes(orphan)) return { do: 'orphan', dependents };
  if (waitsForOthers(thing)) return whileWaiting(thing, dependents, dependentsOf);
  if (thing.deleting || thing.owners.length === 0) return { do: 'nothing' };
  const states = thing.owners.map(owner => ({ uid: owner.uid, state: stateOf(owner) }));
  const left = states.filter(one => one.state !== 'solid');
  if (left.length < states.length) {
    if (left.length === 0) return { do: 'nothing' };
    return { do: 'drop-owners', uids: left.map(one => one.uid) };
  }
  const waiting = states.some(one => one.state === 'waiting');
  return { do: 'delete', propagation: propagationOf(thing, waiting && dependents.length > 0) };
}

/** Whether an object is going and waits for what it owns. */
export function waitsForOthers({ deleting, finalizers }: Thing): boolean {
  return deleting && finalizers.includes(foreground);
}

/** Those that wait already come to their end by themselves; those that wait for this object in turn are not waited for. */
function whileWaiting(
  thing: Thing,
  dependents: readonly Thing[],
  dependentsOf: (uid: string) => readonly Thing[],
): Decision {
  const blocking = dependents
    .filter(dependent => blocks(dependent, thing))
    .filter(dependent => !waitsFor(dependent, thing, dependentsOf));
  if (blocking.length === 0) return { do: 'finish-foreground' };
  return { do: 'delete-dependents', dependents: blocking.filter(dependent => !waitsForOthers(dependent)) };
}

function blocks(dependent: Thing, { uid }: Thing): boolean {
  return dependent.owners.some(owner => owner.uid === uid && owner.blockOwnerDeletion === true);
}

/** Whether an object waits, by way of others or not, for another to go. */
function waitsFor(from: Thing, to: Thing, dependentsOf: (uid: string) => readonly Thing[]): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let thing = open.pop(); thing !== undefined; thing = open.pop()) {
    if (thing.uid === to.uid) return true;
    if (seen.has(thing.uid) || !waitsForOthers(thing)) continue;
    seen.add(thing.uid);
    const waiting = thing;
    open.push(...dependentsOf(waiting.uid).filter(dependent => blocks(dependent, waiting)));
  }
  return false;
}

function propagationOf({ finalizers }: Thing, nested: boolean): 'Background' | 'Foreground' | 'Orphan' {
  if (nested) return 'Foreground';
  if (finalizers.includes(orphan)) return 'Orphan';
  return finalizers.includes(foreground) ? 'Foreground' : 'Background';
}
