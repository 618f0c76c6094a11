import { Controller, keyOf } from '../../../client/index.ts';
import { type KubeObject, sameJson } from '../../../meta/index.ts';
import { type Cluster, controlledBy, controllerOf, type Pod } from '../../../view/index.ts';
import { removeEndpoints, watchEndpoints, writeEndpoints } from './endpoints.ts';
import { Selected } from './selected.ts';
import { type Endpoint, type Port, type Service, type Slice, slicesOf } from './slices.ts';
import { timesOf, type Times, triggerOf, withTrigger } from './triggers.ts';
import { written } from './writing.ts';

interface EndpointSlice extends KubeObject {
  readonly ports?: readonly Port[] | null;
  readonly endpoints?: readonly Endpoint[] | null;
}

const serviceLabel = 'kubernetes.io/service-name';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';

/** Keeps EndpointSlices and Endpoints of services with a selector (two controllers of kube-controller-manager). */
export function endpointsController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const services = cluster.informer<Service>('services');
  const pods = cluster.informer<Pod>('pods');
  const slices = cluster.informer<EndpointSlice>('endpointslices');
  const selected = new Selected(services, pods);
  slices.index(serviceLabel, ({ metadata }) => [
    `${metadata.namespace}/${metadata.labels?.[serviceLabel] ?? ''}`,
  ]);
  const told = new Map<string, Times>();
  const controller = new Controller({
    name: 'endpointslice',
    workers: 5,
    onError,
    reconcile: async key => {
      const service = services.get(key);
      if (service?.spec.selector === undefined) {
        told.delete(key);
        if (service === undefined) await removeEndpoints(cluster, key);
        return;
      }
      const behind = selected.podsOf(service);
      const wanted = slicesOf(
        service,
        behind.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      );
      const times = timesOf(service, behind);
      const trigger = triggerOf(told.get(key), times);
      // A service that is a name elsewhere has no slices, though it may say a selector.
      const sliced = service.spec.type !== 'ExternalName';
      await Promise.all([
        sliced ? writeSlices(cluster, service, wanted, trigger) : undefined,
        writeEndpoints(cluster, service, wanted, trigger),
      ]);
      told.set(key, times);
    },
  });
  const add = (service: Service): void => controller.queue.add(keyOf(service));
  services.on({ onAdd: add, onUpdate: (_, service) => add(service), onDelete: add });
  const ofPod = (pod: Pod): void => {
    for (const service of selected.servicesOf(pod)) add(service);
  };
  pods.on({
    onAdd: ofPod,
    onUpdate: (old, pod) => {
      ofPod(old);
      ofPod(pod);
    },
    onDelete: ofPod,
  });
  const ofSlice = ({ metadata }: EndpointSlice): void => {
    const name = metadata.labels?.[serviceLabel];
    if (name !== undefined) controller.queue.add(`${metadata.namespace}/${name}`);
  };
  // One that shows up late may be one too many.
  slices.on({ onAdd: ofSlice, onUpdate: (_, slice) => ofSlice(slice), onDelete: ofSlice });
  watchEndpoints(cluster, key => controller.queue.add(key));
  return controller;
}

async function writeSlices(
  cluster: Cluster,
  service: Service,
  wanted: readonly Slice[],
  trigger: string | undefined,
): Promise<void> {
  const { name = '', namespace = '' } = service.metadata;
  const client = cluster.client<EndpointSlice>('endpointslices');
  const all = cluster
    .informer<EndpointSlice>('endpointslices')
    .by(serviceLabel, `${namespace}/${name}`)
    .filter(({ metadata }) => metadata.labels?.[managedBy] === manager)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  // Those of an earlier service of this name go with it, and are not to be written into.
  const mine = all.filter(slice => controllerOf(slice)?.uid === service.metadata.uid);
  for (const [index, slice] of wanted.entries()) {
    const old = mine[index];
    if (old === undefined) await written(() => client.create(sliceObject(service, slice, trigger)));
    else if (!sameSlice(old, slice)) {
      const body = { ports: slice.ports, endpoints: slice.endpoints };
      await written(() => client.update({ ...withTrigger(old, trigger), ...body }));
    }
  }
  const kept = mine.slice(0, wanted.length);
  for (const { metadata } of all.filter(one => !kept.includes(one))) {
    await written(() => client.delete(namespace, metadata.name ?? '', { uid: metadata.uid }));
  }
}

function sliceObject(
  service: Service,
  { ports, endpoints }: Slice,
  trigger: string | undefined,
): EndpointSlice {
  const { name = '', namespace = '', labels = {} } = service.metadata;
  const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [serviceLabel]: name, [managedBy]: manager, ...headless },
      ownerReferences: [controlledBy(service)],
    },
    addressType: 'IPv4',
    ports,
    endpoints,
  };
  return withTrigger(slice, trigger);
}

function sameSlice(old: EndpointSlice, { ports, endpoints }: Slice): boolean {
  return sameJson(old.ports ?? [], ports) && sameJson(old.endpoints ?? [], endpoints);
}
