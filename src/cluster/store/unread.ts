import type { KubeObject } from '../meta/index.ts';
import type { Place, Stored } from './contract.ts';
import { storeErrors } from './errors.ts';

/** An object of the file, which is made of its text when it is asked for first: many are not before a cluster is ready. */
export class Unread implements Stored {
  readonly place: Place;
  readonly revision: number;
  #read: (() => KubeObject) | undefined;
  #object: KubeObject | undefined;

  constructor(place: Place, revision: number, read: () => KubeObject) {
    this.place = place;
    this.revision = revision;
    this.#read = read;
  }

  /** @throws `store-damaged`. */
  get object(): KubeObject {
    this.#object ??= this.#read?.() as KubeObject;
    // The text goes.
    this.#read = undefined;
    return this.#object;
  }
}

/**
 * The object of a row.
 * @throws `store-damaged`.
 */
export function parsed(text: string, { resource, namespace, name }: Place, revision: number): KubeObject {
  try {
    return JSON.parse(text) as KubeObject;
  } catch (cause) {
    const path = [resource, namespace, name].filter(part => part !== '').join('/');
    const what = `What the state holds of ${path}, revision ${revision}, is no JSON.`;
    throw storeErrors.make['store-damaged'](what, { cause });
  }
}
