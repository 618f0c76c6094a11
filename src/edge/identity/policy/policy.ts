import { RoleAuthorizer } from '../../../cluster/access/index.ts';
import type { KubeObject } from '../../../cluster/meta/index.ts';
import type { Cluster, Plural } from '../../../cluster/view/index.ts';
import type { Known } from '../index.ts';
import { ServiceAuthorizer } from './authorizer.ts';
import { type Callers, callersOf, isPublic } from './callers.ts';
import { decided, type Decision, maySee, undecidedFor, type Wanted } from './decide.ts';
import { isGuarded } from './direct.ts';
import { rolesIn } from './roles.ts';

/** Informers whose every change may change a decision. */
const sources = ['clusterroles', 'roles', 'clusterrolebindings', 'rolebindings'] as const satisfies Plural[];

/** Decisions kept for one caller; a caller who asks for more services than that is decided anew. */
const mostKept = 1000;

interface Kept {
  readonly generation: number;
  readonly decisions: Map<string, Decision>;
}

/**
 * Who may call what, by the roles and InferenceServices of a cluster as its informers have them. To be made before the informers are
 * started (`cluster.ready()`); it decides without waiting for anything.
 */
export class ServicePolicy {
  readonly #services: { get(key: string): KubeObject | undefined };
  readonly #authorizer: ServiceAuthorizer;
  readonly #read = new WeakMap<KubeObject, Callers>();
  readonly #kept = new WeakMap<Known, Kept>();
  #generation = 0;

  constructor(cluster: Cluster) {
    const services = cluster.informer('inferenceservices');
    this.#services = services;
    this.#authorizer = new ServiceAuthorizer(new RoleAuthorizer(rolesIn(cluster)), (namespace, name) =>
      this.#callers(namespace, name),
    );
    const changed = (): void => void this.#generation++;
    for (const plural of sources) {
      cluster.informer(plural).on({ onAdd: changed, onUpdate: changed, onDelete: changed });
    }
    services.on({
      onAdd: changed,
      onUpdate: (old, object) => {
        if (!sameAnnotations(old, object)) changed();
      },
      onDelete: changed,
    });
  }

  /** Grows whenever a decision may have changed. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Whether a request may go on.
   * @param known who asks; undefined when nobody has said so
   * @param path the path as the service is to see it, after routes have changed it
   */
  decide(known: Known | undefined, wanted: Wanted, path: string): Decision {
    const callers =
      wanted.kind === 'InferenceService' ? this.#callers(wanted.namespace, wanted.name) : undefined;
    if (known === undefined || (callers !== undefined && isPublic(callers, path))) {
      return undecidedFor(callers, path);
    }
    return this.#decided(known, wanted);
  }

  /** Whether a service may be named to somebody: who may call it or look at it. */
  mayMention(known: Known | undefined, namespace: string, name: string): boolean {
    const wanted = { kind: 'InferenceService', namespace, name } as const;
    if (this.decide(known, wanted, '/').verdict === 'allowed') return true;
    return known !== undefined && maySee(this.#authorizer, known, wanted);
  }

  /** Whether the pods of a service ask for themselves who calls, so that they have to be shown a credential. */
  isGuarded({ kind, namespace, name }: Wanted): boolean {
    if (kind !== 'InferenceService') return false;
    return isGuarded(this.#services.get(`${namespace}/${name}`)?.metadata.annotations);
  }

  #decided(known: Known, wanted: Wanted): Decision {
    let kept = this.#kept.get(known);
    if (kept === undefined || kept.generation !== this.#generation || kept.decisions.size >= mostKept) {
      kept = { generation: this.#generation, decisions: new Map() };
      this.#kept.set(known, kept);
    }
    const key = `${wanted.kind}/${wanted.namespace}/${wanted.name}`;
    let decision = kept.decisions.get(key);
    if (decision === undefined)
      kept.decisions.set(key, (decision = decided(this.#authorizer, known, wanted)));
    return decision;
  }

  #callers(namespace: string, name: string): Callers | undefined {
    const service = this.#services.get(`${namespace}/${name}`);
    if (service === undefined) return undefined;
    let callers = this.#read.get(service);
    if (callers === undefined) this.#read.set(service, (callers = callersOf(service.metadata.annotations)));
    return callers;
  }
}

/** Status changes often and decides nothing. */
function sameAnnotations({ metadata: one }: KubeObject, { metadata: other }: KubeObject): boolean {
  return JSON.stringify(one.annotations ?? {}) === JSON.stringify(other.annotations ?? {});
}
