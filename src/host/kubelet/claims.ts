import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Controller, keyOf } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../cluster/meta/index.ts';
import type { Cluster } from '../../cluster/view/index.ts';

interface Claim extends KubeObject {
  readonly spec: {
    readonly accessModes?: readonly string[];
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly selector?: object;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string };
}

interface Volume extends KubeObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly claimRef?: { readonly uid?: string };
    readonly hostPath?: { readonly path: string };
    readonly persistentVolumeReclaimPolicy?: string;
  };
}

interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
}

/** Who makes folders for claims, as storage classes name it. */
const provisioner = 'davit.dev/folder';
/** Annotation of a claim that says to which node its pod goes. */
const selectedNode = 'volume.kubernetes.io/selected-node';
const provisionedBy = 'pv.kubernetes.io/provisioned-by';
/** Milliseconds that a claim waits for a volume that somebody made for it, while there is one that it could have. */
const courtesy = 2000;

const standard: StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
};

/** Gives each claim without a volume one: a folder of its own below `folder`. */
export class ClaimFolders {
  readonly #cluster: Cluster;
  readonly #folder: string;
  readonly #node: string;
  readonly #controller: Controller;
  readonly #since = new Map<string, number>();

  /** `node` is the one whose folders they are. */
  constructor(
    cluster: Cluster,
    folder: string,
    node: string,
    onError: (claim: string, error: unknown) => void,
  ) {
    this.#cluster = cluster;
    this.#folder = folder;
    this.#node = node;
    this.#controller = new Controller({ name: provisioner, reconcile: key => this.#settle(key), onError });
    const add = (claim: Claim): void => this.#controller.queue.add(keyOf(claim));
    const claims = cluster.informer<Claim>('persistentvolumeclaims');
    claims.on({
      onAdd: add,
      onUpdate: (_, claim) => add(claim),
      onDelete: ({ metadata: { uid = '' } }) => this.#since.delete(uid),
    });
    cluster.informer<StorageClass>('storageclasses').on({
      onAdd: () => {
        for (const claim of claims.values()) add(claim);
      },
    });
    cluster.informer<Volume>('persistentvolumes').on({ onDelete: volume => this.#forget(volume) });
  }

  /** To be called when the cluster has been listed. */
  async start(): Promise<void> {
    try {
      await this.#cluster.client('storageclasses').create(standard);
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    }
    this.#controller.start();
  }

  stop(): Promise<void> {
    return this.#controller.stop();
  }

  async #settle(key: string): Promise<{ again: number } | undefined> {
    const claim = this.#cluster.informer<Claim>('persistentvolumeclaims').get(key);
    if (claim === undefined || !isOpen(claim)) return undefined;
    const { storageClassName } = claim.spec;
    const found = this.#cluster.informer<StorageClass>('storageclasses').get(storageClassName ?? '');
    // An empty class asks for a volume that somebody made; none at all for whatever is usual here.
    if (storageClassName !== undefined && found?.provisioner !== provisioner) return undefined;
    const waits = found?.volumeBindingMode === 'WaitForFirstConsumer';
    if (waits && claim.metadata.annotations?.[selectedNode] !== this.#node) return undefined;
    // Whoever chose the node has looked for volumes that are there.
    const wait = waits ? 0 : this.#courtesy(claim);
    if (wait > 0) return { again: wait };
    await this.#provide(claim, found?.reclaimPolicy ?? 'Delete');
    return undefined;
  }

  /** Milliseconds left in which a volume that is there already may be bound. */
  #courtesy({ metadata: { uid = '' }, spec: { storageClassName = '' } }: Claim): number {
    const volumes = [...this.#cluster.informer<Volume>('persistentvolumes').values()];
    const some = volumes.some(
      ({ spec }) => spec.claimRef === undefined && (spec.storageClassName ?? '') === storageClassName,
    );
    if (!some) return 0;
    const now = this.#cluster.now();
    const since = this.#since.get(uid) ?? now;
    this.#since.set(uid, since);
    return Math.max(0, since + courtesy - now);
  }

  async #provide(claim: Claim, persistentVolumeReclaimPolicy: string): Promise<void> {
    const { namespace = '', name = '', uid = '' } = claim.metadata;
    const { accessModes, resources, storageClassName, volumeMode = 'Filesystem' } = claim.spec;
    if (volumeMode !== 'Filesystem') {
      const message =
        'failed to provision volume: a folder is no block device, expected volumeMode Filesystem';
      void this.#cluster.events.record(claim, 'Warning', 'ProvisioningFailed', message);
      return;
    }
    const path = join(this.#folder, `${namespace}-${name}-${uid.slice(0, 8)}`);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const volume = `pvc-${uid}`;
    const made: KubeObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume, annotations: { [provisionedBy]: provisioner } },
      spec: {
        accessModes,
        capacity: { storage: resources?.requests?.storage },
        claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid },
        hostPath: { path, type: 'DirectoryOrCreate' },
        persistentVolumeReclaimPolicy,
        ...(storageClassName !== undefined && { storageClassName }),
        volumeMode,
      },
    };
    try {
      await this.#cluster.client('persistentvolumes').create(made);
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
      return;
    }
    const message = `Successfully provisioned volume ${volume}`;
    void this.#cluster.events.record(claim, 'Normal', 'ProvisioningSucceeded', message);
  }

  /** What was in a volume goes with it, unless it is to be kept. */
  #forget({ metadata, spec }: Volume): void {
    const { path } = spec.hostPath ?? {};
    const ours = metadata.annotations?.[provisionedBy] === provisioner;
    if (!ours || path === undefined || dirname(path) !== this.#folder) return;
    if (spec.persistentVolumeReclaimPolicy === 'Delete') rmSync(path, { recursive: true, force: true });
  }
}

function isOpen({ metadata, spec, status }: Claim): boolean {
  if (metadata.deletionTimestamp !== undefined || status?.phase === 'Bound') return false;
  return (spec.volumeName ?? '') === '' && spec.selector === undefined;
}
