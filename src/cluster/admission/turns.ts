import { type KubeObject, sameJson } from '../meta/index.ts';
import type { Again, Changing } from './contract.ts';

/** Several that change an object, each in its turn. */
export interface Turns<One> {
  readonly ones: readonly One[];
  /** Whether one is to be asked once more where somebody after it has changed the object (`reinvocationPolicy: IfNeeded`). */
  readonly asksAgain: (one: One) => boolean;
  readonly change: (one: One, request: Changing) => KubeObject | Promise<KubeObject>;
}

/**
 * What all of them make of an object, one after the other. Those that ask for it have one more turn after all steps, if one of the others
 * has changed the object since theirs, or another step has.
 */
export async function inTurn<One>(
  { ones, asksAgain, change }: Turns<One>,
  request: Changing,
  later: (again: Again) => void,
): Promise<KubeObject> {
  let { object } = request;
  const again: One[] = [];
  const stale = new Set<One>();
  for (const one of ones) {
    const after = await change(one, { ...request, object });
    if (!sameJson(after, object)) for (const earlier of again) stale.add(earlier);
    object = after;
    if (asksAgain(one)) again.push(one);
  }
  if (again.length === 0) return object;
  const left = object;
  later(async now => {
    let result = now.object;
    const due = sameJson(result, left) ? again.filter(one => stale.has(one)) : again;
    for (const one of due) result = await change(one, { ...now, object: result });
    return result;
  });
  return object;
}
