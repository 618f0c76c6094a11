import type { User } from '../../base/access/index.ts';
import type { Kind } from '../kinds/index.ts';
import type { KubeObject } from '../meta/index.ts';

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  /** In the version that the object is in. */
  readonly kind: Kind;
  /** In the version of the client's path, where whoever is asked is asked in another. */
  readonly requestKind?: Kind;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Whether the path of the request says the name: that of a POST does not. */
  readonly named: boolean;
  /** Absent at a deletion. */
  readonly object: KubeObject | undefined;
  /** Absent at a creation. */
  readonly old: KubeObject | undefined;
  readonly user: User;
  readonly dryRun: boolean;
  /** Adds a `Warning` to the answer. */
  warn(text: string): void;
  /** Has something done when the request is answered, whatever has become of it. */
  onAnswered(task: () => void): void;
}

/**
 * A step between what a client wrote and what is stored, for every kind: it looks at the request and decides whether it is
 * concerned. It refuses by throwing a StatusError.
 */
export interface Admission {
  readonly name: string;
  /** Whether it has a say; asked before anything else is done. */
  concerns(request: AdmissionRequest): boolean;
  /**
   * Changes the object.
   * @param later Takes what is to be done once more when every step has changed the object.
   */
  mutate?(request: AdmissionRequest, later: (again: Again) => void): KubeObject | Promise<KubeObject>;
  /** Refuses, after every change is made and the kind's own rules are kept. */
  validate?(request: AdmissionRequest): void | Promise<void>;
}

/** A request with the object as it has become so far. */
export type Changing = AdmissionRequest & { readonly object: KubeObject };

/** Changes an object once more, after all steps. */
export type Again = (request: Changing) => KubeObject | Promise<KubeObject>;

/** Lets every step change the object, in order, and then once more those that have asked for it. */
export async function mutated(steps: readonly Admission[], request: Changing): Promise<KubeObject> {
  let object = request.object;
  const again: Again[] = [];
  for (const step of steps) {
    if (step.mutate === undefined) continue;
    const now = { ...request, object };
    if (step.concerns(now)) object = await step.mutate(now, one => again.push(one));
  }
  for (const one of again) object = await one({ ...request, object });
  return object;
}

/** Asks every step whether the object may be. */
export async function admitted(steps: readonly Admission[], request: AdmissionRequest): Promise<void> {
  for (const step of steps) {
    if (step.validate !== undefined && step.concerns(request)) await step.validate(request);
  }
}
