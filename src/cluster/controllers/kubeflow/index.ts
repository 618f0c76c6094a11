import { EventRecorder, ResourceClient, type Transport } from '../../client/index.ts';
import { isStatusError } from '../../meta/index.ts';
import { Cluster, resourceOf } from '../../view/index.ts';
import { ownerAnnotation } from './desired.ts';
import { guardedController } from './guarded.ts';
import { profileController } from './profiles.ts';

export interface KubeflowControllersOptions {
  readonly transport: Transport;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (controller: string, key: string, error: unknown) => void;
  /** A profile that there is to be: its name and the e-mail address of its owner. */
  readonly first?: FirstProfile;
}

export interface FirstProfile {
  readonly name: string;
  readonly owner: string;
}

/** Starts the controller of profiles; resolves when it has seen the state of the cluster and the first profile's namespace is there. */
export async function startKubeflowControllers(
  options: KubeflowControllersOptions,
): Promise<{ stop(): Promise<void> }> {
  const { transport, now, onError, first } = options;
  const events = new EventRecorder(
    new ResourceClient(transport, resourceOf('events')),
    'profile-controller',
    now,
  );
  const cluster = new Cluster(transport, events, now);
  const { controller, reconcile } = profileController(cluster, (key, error) =>
    onError('profile', key, error),
  );
  const guarded = guardedController(cluster, (key, error) => onError('direct-access', key, error));
  if (first !== undefined) await ensureProfile(transport, first);
  await cluster.ready();
  if (first !== undefined) await reconcile(first.name).catch(error => onError('profile', first.name, error));
  controller.start();
  guarded.start();
  return {
    stop: async () => {
      await Promise.all([controller.stop(), guarded.stop()]);
      await cluster.stop();
    },
  };
}

/** Makes a profile that is missing; a namespace of its name that belongs to nobody becomes its own. */
async function ensureProfile(transport: Transport, { name, owner }: FirstProfile): Promise<void> {
  const namespaces = new ResourceClient(transport, resourceOf('namespaces'));
  const profiles = new ResourceClient(transport, resourceOf('profiles'));
  try {
    await profiles.create({
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name },
      spec: { owner: { kind: 'User', name: owner } },
    });
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    return;
  }
  const found = await namespaces.get('', name).catch((error: unknown) => {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  });
  if (found === undefined || found.metadata.annotations?.[ownerAnnotation] !== undefined) return;
  await namespaces.patch('', name, 'merge', { metadata: { annotations: { [ownerAnnotation]: owner } } });
}
