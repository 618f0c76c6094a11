import { Controller, keyOf } from '../../client/index.ts';
import { isStatusError, type KubeObject } from '../../meta/index.ts';
import { type Cluster, controllerOf, type Plural } from '../../view/index.ts';
import {
  accountsOf,
  bindingsOf,
  namespaceLabels,
  namespaceOf,
  ownerAnnotation,
  quotaName,
  quotaOf,
} from './desired.ts';
import type { Profile, ProfileCondition } from './shapes.ts';

const finalizer = 'profile-finalizer';
/** Kinds of what a profile has: when one of them changes, its profile is looked at. */
const owned = ['namespaces', 'serviceaccounts', 'rolebindings', 'resourcequotas'] as const satisfies Plural[];

/** Makes of each Profile a namespace, with its owner and its service accounts (Kubeflow's profile controller). */
export function profileController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): { readonly controller: Controller; readonly reconcile: (name: string) => Promise<void> } {
  const reconciler = new Reconciler(cluster);
  const reconcile = (name: string): Promise<void> => reconciler.reconcile(name);
  const controller = new Controller({ name: 'profile', onError, reconcile });
  const add = (profile: KubeObject): void => controller.queue.add(keyOf(profile));
  cluster.informer('profiles').on({ onAdd: add, onUpdate: (_, profile) => add(profile), onDelete: add });
  const ofOwner = (object: KubeObject): void => {
    const owner = controllerOf(object);
    if (owner?.kind === 'Profile') controller.queue.add(owner.name);
  };
  for (const plural of owned) {
    cluster
      .informer(plural)
      .on({ onAdd: ofOwner, onUpdate: (_, object) => ofOwner(object), onDelete: ofOwner });
  }
  return { controller, reconcile };
}

/** Why a profile cannot be had; told in its status, and not tried again until something changes. */
class ProfileFault extends Error {}

class Reconciler {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async reconcile(name: string): Promise<void> {
    const profile = this.#cluster.informer<Profile>('profiles').get(name);
    if (profile === undefined) return;
    if (profile.metadata.deletionTimestamp !== undefined) return this.#finish(profile);
    const claimed = await this.#claimed(profile);
    try {
      await this.#make(claimed);
      await this.#tell(claimed, { type: 'Successful', status: 'True' });
    } catch (error) {
      if (!(error instanceof ProfileFault)) throw error;
      await this.#tell(claimed, { type: 'Failed', status: 'True', message: error.message });
    }
  }

  async #make(profile: Profile): Promise<void> {
    if (!(await this.#namespace(profile))) return;
    for (const account of accountsOf(profile)) await this.#ensure('serviceaccounts', account, []);
    for (const one of bindingsOf(profile)) await this.#ensure('rolebindings', one, ['roleRef', 'subjects']);
    const quota = quotaOf(profile);
    if (quota === undefined) await this.#unlimited(profile);
    else await this.#ensure('resourcequotas', quota, ['spec']);
  }

  /** Makes the namespace; false when it is on its way out and has to be waited for. */
  async #namespace(profile: Profile): Promise<boolean> {
    const wanted = namespaceOf(profile);
    const { name = '' } = wanted.metadata;
    const client = this.#cluster.client('namespaces');
    const found = this.#cluster.informer('namespaces').get(name) ?? (await created(client.create(wanted)));
    if (found === undefined) return this.#namespaceAgain(profile, await client.get('', name));
    return this.#namespaceAgain(profile, found);
  }

  async #namespaceAgain(profile: Profile, { metadata }: KubeObject): Promise<boolean> {
    const { name = '', annotations, labels = {}, deletionTimestamp } = metadata;
    if (deletionTimestamp !== undefined) return false;
    const owner = profile.spec?.owner?.name ?? '';
    if (annotations?.[ownerAnnotation] !== owner) {
      throw new ProfileFault(`namespace already exist, but not owned by profile creator ${owner}`);
    }
    const wanted = namespaceLabels(labels);
    const same = Object.entries(wanted).every(([key, value]) => labels[key] === value);
    if (!same) {
      await this.#cluster.client('namespaces').patch('', name, 'merge', { metadata: { labels: wanted } });
    }
    return true;
  }

  /** Makes an object, or brings these fields of it to what they are to be. */
  async #ensure(plural: Plural, wanted: KubeObject, fields: readonly string[]): Promise<void> {
    const { namespace = '', name = '' } = wanted.metadata;
    const client = this.#cluster.client(plural);
    const seen = this.#cluster.informer(plural).get(`${namespace}/${name}`);
    const found = seen ?? (await created(client.create(wanted))) ?? (await client.get(namespace, name));
    if (fields.every(field => canonical(found[field]) === canonical(wanted[field]))) return;
    if (canonical(found['roleRef']) !== canonical(wanted['roleRef'])) {
      // What a binding gives can never be changed: it is made anew.
      await client.delete(namespace, name, { uid: found.metadata.uid });
      await client.create(wanted);
      return;
    }
    const changed = Object.fromEntries(fields.map(field => [field, wanted[field]]));
    const { annotations } = wanted.metadata;
    const metadata = { ...found.metadata, annotations: { ...found.metadata.annotations, ...annotations } };
    await client.update({ ...found, ...changed, metadata });
  }

  async #unlimited({ metadata: { name = '' } }: Profile): Promise<void> {
    const found = this.#cluster.informer('resourcequotas').get(`${name}/${quotaName}`);
    if (found === undefined || controllerOf(found)?.kind !== 'Profile') return;
    await gone(this.#cluster.client('resourcequotas').delete(name, quotaName));
  }

  /** Writes the condition, unless it is what stands there. */
  async #tell(profile: Profile, condition: ProfileCondition): Promise<void> {
    const conditions = [condition];
    if (canonical(profile.status?.conditions) === canonical(conditions)) return;
    await gone(
      this.#cluster.client<Profile>('profiles').update({ ...profile, status: { conditions } }, 'status'),
    );
  }

  async #claimed(profile: Profile): Promise<Profile> {
    const { name = '', finalizers = [], resourceVersion } = profile.metadata;
    if (finalizers.includes(finalizer)) return profile;
    const patch = { metadata: { finalizers: [...finalizers, finalizer], resourceVersion } };
    return this.#cluster.client<Profile>('profiles').patch('', name, 'merge', patch);
  }

  /** The namespace goes with what owns it; nothing outside the cluster has to be given back. */
  async #finish({ metadata }: Profile): Promise<void> {
    const { name = '', finalizers = [], resourceVersion } = metadata;
    if (!finalizers.includes(finalizer)) return;
    const left = finalizers.filter(one => one !== finalizer);
    const patch = { metadata: { finalizers: left, resourceVersion } };
    await gone(this.#cluster.client('profiles').patch('', name, 'merge', patch));
  }
}

/** Undefined when it was there already. */
async function created(work: Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    return undefined;
  }
}

async function gone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}

/** The same for values that differ in the order of their keys alone. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
