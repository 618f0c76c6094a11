import { Controller, keyOf } from '../../../client/index.ts';
import { isStatusError, type KubeObject, sameJson } from '../../../meta/index.ts';
import { type Cluster, controlledBy, type Pod } from '../../../view/index.ts';
import { type Endpoint, type Port, type Service, type Slice, slicesOf, subsetsOf } from './slices.ts';
import { Selected } from './selected.ts';
import { timesOf, type Times, triggerOf } from './triggers.ts';

interface EndpointSlice extends KubeObject {
  readonly ports?: readonly Port[] | null;
  readonly endpoints?: readonly Endpoint[] | null;
}

const serviceLabel = 'kubernetes.io/service-name';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';
const triggered = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Keeps EndpointSlices and Endpoints of services with a selector (two controllers of kube-controller-manager). */
export function endpointsController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const services = cluster.informer<Service>('services');
  const pods = cluster.informer<Pod>('pods');
  const slices = cluster.informer<EndpointSlice>('endpointslices');
  cluster.informer('endpoints');
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
      if (service === undefined || service.spec.selector === undefined) {
        told.delete(key);
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
  slices.on({ onUpdate: (_, slice) => ofSlice(slice), onDelete: ofSlice });
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
  const mine = cluster
    .informer<EndpointSlice>('endpointslices')
    .by(serviceLabel, `${namespace}/${name}`)
    .filter(({ metadata }) => metadata.labels?.[managedBy] === manager)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const [index, slice] of wanted.entries()) {
    const old = mine[index];
    if (old === undefined) await unlessEnding(() => client.create(sliceObject(service, slice, trigger)));
    else if (!sameSlice(old, slice)) {
      const body = { ports: slice.ports, endpoints: slice.endpoints };
      await unlessEnding(() => client.update({ ...withTrigger(old, trigger), ...body }));
    }
  }
  for (const old of mine.slice(wanted.length)) {
    await unlessEnding(() => client.delete(namespace, old.metadata.name ?? ''));
  }
}

/** An object that says what made it change, or nothing. */
function withTrigger<Item extends KubeObject>(object: Item, trigger: string | undefined): Item {
  const { [triggered]: _, ...others } = object.metadata.annotations ?? {};
  const annotations = trigger === undefined ? others : { ...others, [triggered]: trigger };
  return { ...object, metadata: { ...object.metadata, annotations } };
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

async function writeEndpoints(
  cluster: Cluster,
  service: Service,
  slices: readonly Slice[],
  trigger: string | undefined,
): Promise<void> {
  const { name = '', namespace = '', labels = {} } = service.metadata;
  const client = cluster.client('endpoints');
  const old = cluster.informer('endpoints').get(`${namespace}/${name}`);
  const subsets = subsetsOf(slices);
  const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  const wanted = { ...labels, ...headless, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
  if (old === undefined) {
    await unlessEnding(() =>
      client.create(
        withTrigger(
          {
            apiVersion: 'v1',
            kind: 'Endpoints',
            metadata: { name, namespace, labels: wanted },
            ...(subsets.length > 0 && { subsets }),
          },
          trigger,
        ),
      ),
    );
  } else if (!sameJson(old['subsets'] ?? [], subsets)) {
    const { subsets: _, ...rest } = old;
    const next = { ...rest, ...(subsets.length > 0 && { subsets }) } as KubeObject;
    await unlessEnding(() => client.update(withTrigger(next, trigger)));
  }
}

async function unlessEnding(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isStatusError(error)) throw error;
    const { reason, message } = error;
    if (reason === 'NotFound' || reason === 'AlreadyExists') return;
    if (!message.includes('because it is being terminated')) throw error;
  }
}
