import type { KubeObject } from '../meta/index.ts';
import type { AdmissionRequest } from './contract.ts';

interface Reservation {
  readonly resource: string;
  readonly object: KubeObject;
}

/** Objects that are let in and not yet there, by namespace; nothing is kept of requests that are answered. */
export class Reservations {
  readonly #byNamespace = new Map<string, Set<Reservation>>();

  /** Notes the object of a request; gives what ends that. */
  reserve({ namespace, kind, object }: AdmissionRequest): () => void {
    const reservation = { resource: kind.resource, object: object as KubeObject };
    const held = this.#byNamespace.get(namespace) ?? new Set();
    this.#byNamespace.set(namespace, held.add(reservation));
    return () => {
      held.delete(reservation);
      if (held.size === 0 && this.#byNamespace.get(namespace) === held) this.#byNamespace.delete(namespace);
    };
  }

  /**
   * Objects of a namespace, each with the states that it is about to get. What a request itself has reserved before, or another of the
   * same object, which only one of them can change, is left out.
   */
  with(
    objects: readonly KubeObject[],
    { namespace, kind, object }: AdmissionRequest,
  ): readonly (readonly KubeObject[])[] {
    const states = new Map(objects.map(one => [one.metadata.uid, [one]]));
    for (const { resource, object: reserved } of this.#byNamespace.get(namespace) ?? []) {
      const { uid } = reserved.metadata;
      if (resource !== kind.resource || uid === object?.metadata.uid) continue;
      const known = states.get(uid);
      if (known === undefined) states.set(uid, [reserved]);
      else known.push(reserved);
    }
    return [...states.values()];
  }
}
