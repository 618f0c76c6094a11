import { Controller, keyOf, type Outcome as Again } from '../../client/index.ts';
import { isStatusError, type KubeObject, sameJson } from '../../meta/index.ts';
import { type Cluster, controllerOf, type Deployment, type Plural } from '../../view/index.ts';
import { type Child, childKey } from './children.ts';
import { modelConfigName } from './components/annotations.ts';
import { Gathering } from './gathering.ts';
import { type Outcome, outcomeOf, unreached } from './outcome.ts';
import type { FailureInfo, InferenceService, KnativeService, Runtime, ServiceStatus } from './shapes.ts';
import { placesOf, type Sight } from './sight.ts';
import { byName, type Snapshot } from './snapshot.ts';
import { nextStall } from './status/pods.ts';
import { type Workloads, workloadsOf } from './workloads.ts';
import { ChildWriter } from './writer.ts';

const finalizer = 'inferenceservice.finalizers';
/** Milliseconds between two statuses that tell of no other readiness: on its way a service changes many times. */
const gathering = 250;
const heldBack = 'serving.kserve.io/disable-auto-update';
/** Kinds that make a service reachable; the rest runs it. */
const routePlurals: readonly Plural[] = [
  'ingresses',
  'virtualservices.networking.istio.io',
  'httproutes.gateway.networking.k8s.io',
];

/** Makes InferenceServices be served, and says how they are (KServe's InferenceService controller). */
export function inferenceServiceController(
  sight: Sight,
  onError: (key: string, error: unknown) => void,
): Controller {
  const reconciler = new Reconciler(sight);
  const controller = new Controller({
    name: 'inferenceservice',
    workers: 4,
    onError,
    reconcile: key => reconciler.reconcile(key),
  });
  watch(sight, controller);
  return controller;
}

function watch(sight: Sight, controller: Controller): void {
  const { cluster } = sight;
  const services = cluster.informer<InferenceService>('inferenceservices');
  const add = (service: KubeObject): void => controller.queue.add(keyOf(service));
  services.on({ onAdd: add, onUpdate: (_, service) => add(service), onDelete: add });
  const ofOwner = (child: KubeObject): void => {
    const owner = controllerOf(child);
    if (owner?.kind === 'InferenceService') controller.queue.add(`${child.metadata.namespace}/${owner.name}`);
  };
  for (const plural of sight.served) {
    cluster
      .informer(plural)
      .on({ onAdd: ofOwner, onUpdate: (_, child) => ofOwner(child), onDelete: ofOwner });
  }
  const ofPod = (pod: KubeObject): void => placesOf(pod).forEach(key => controller.queue.add(key));
  cluster.informer('pods').on({ onAdd: ofPod, onUpdate: (_, pod) => ofPod(pod), onDelete: ofPod });
  const ofRuntime = (runtime: Runtime): void => {
    for (const service of services.values()) if (concerns(runtime, service)) add(service);
  };
  for (const plural of ['servingruntimes', 'clusterservingruntimes'] as const) {
    cluster
      .informer<Runtime>(plural)
      .on({ onAdd: ofRuntime, onUpdate: (_, runtime) => ofRuntime(runtime), onDelete: ofRuntime });
  }
  const all = (): void => [...services.values()].forEach(add);
  sight.configurations.on({ onAdd: all, onUpdate: all, onDelete: all });
}

/** Whether a runtime's change may change a service: it has it, or has none yet. */
function concerns({ metadata }: Runtime, { metadata: own, spec, status }: InferenceService): boolean {
  if (metadata.namespace !== undefined && metadata.namespace !== own.namespace) return false;
  const used =
    status?.servingRuntimeName ?? status?.clusterServingRuntimeName ?? spec.predictor.model?.runtime;
  return spec.predictor.model !== undefined && (used === undefined || used === metadata.name);
}

class Reconciler {
  readonly #sight: Sight;
  readonly #cluster: Cluster;
  readonly #writer: ChildWriter;
  readonly #gathering = new Gathering(gathering);

  constructor(sight: Sight) {
    this.#sight = sight;
    this.#cluster = sight.cluster;
    this.#writer = new ChildWriter(sight.cluster);
  }

  async reconcile(key: string): Promise<Again | undefined> {
    const service = this.#sight.service(key);
    if (service === undefined) {
      this.#writer.forget(key);
      this.#gathering.forget(key);
      return undefined;
    }
    if (service.metadata.deletionTimestamp !== undefined) return this.#finish(service);
    return this.#serve(key, service);
  }

  async #serve(key: string, found: InferenceService): Promise<Again | undefined> {
    if (isHeldBack(found)) {
      await this.#claim(found);
      return undefined;
    }
    const seen = this.#sight.snapshot(found);
    const workloads = workloadsOf(seen);
    // What is made goes with the service by its owner references, whether or not this has been marked by then.
    const [ran, claimed] = await Promise.allSettled([this.#run(key, seen, workloads), this.#claim(found)]);
    if (ran.status === 'rejected') throw ran.reason;
    if (claimed.status === 'rejected') throw claimed.reason;
    const service = claimed.value;
    if (service === undefined) return undefined;
    const { written, failures } = ran.value;
    const outcome = outcomeOf({ ...seen, ...observed(seen, written) }, workloads, failures);
    const { reached, failure } = await this.#reach(key, seen, outcome);
    const later = await this.#tell(key, service, reached);
    await this.#tidy(key, service, workloads, reached);
    // What could not be written is tried again.
    const [first = failure] = failures.values();
    if (first !== undefined) throw new Error(first);
    const waits = [later, nextStall(seen.pods, seen.now)].filter(wait => wait !== undefined);
    return waits.length === 0 ? undefined : { again: Math.min(...waits) };
  }

  /** Writes what runs the service; says what became of it and what could not be written. */
  async #run(
    key: string,
    { service }: Snapshot,
    { children }: Workloads,
  ): Promise<{ written: KubeObject[]; failures: Map<string, string> }> {
    const existing = this.#existing(service);
    const written: KubeObject[] = [];
    const failures = new Map<string, string>();
    for (const { component, child } of children) {
      if (failures.has(component)) continue;
      const found = existing(child);
      try {
        written.push(await this.#writer.write(key, child, found));
      } catch (error) {
        // As KServe words it: what refuses a change is told apart from what refuses something new.
        const changing = found !== undefined && child.plural === 'services.serving.knative.dev';
        failures.set(
          component,
          `${changing ? 'fails to reconcile knative service: ' : ''}${messageOf(error)}`,
        );
      }
    }
    return { written, failures };
  }

  /** Finds the objects there are of a service, those in their names that are somebody else's included. */
  #existing(service: InferenceService): (child: Child) => KubeObject | undefined {
    return ({ plural, object }) =>
      this.#cluster.informer(plural).get(`${service.metadata.namespace}/${object.metadata.name}`);
  }

  /** Writes the routes; a service whose routes cannot be written is not reached. */
  async #reach(
    key: string,
    { service, now }: Snapshot,
    outcome: Outcome,
  ): Promise<{ reached: Outcome; failure?: string }> {
    const existing = this.#existing(service);
    for (const child of outcome.routes ?? []) {
      if (!this.#sight.served.has(child.plural)) {
        this.#leaveOut(service, child);
        continue;
      }
      try {
        await this.#writer.write(key, child, existing(child));
      } catch (error) {
        const failure = messageOf(error);
        return { reached: unreached(outcome, failure, now), failure };
      }
    }
    return { reached: outcome };
  }

  #leaveOut(service: InferenceService, { object }: Child): void {
    const message = `${object.kind} of ${object.apiVersion} is not served by this cluster; it is left out`;
    void this.#cluster.events.record(service, 'Warning', 'RouteKindNotServed', message);
  }

  /**
   * Writes the status where it says something new, and the events of that.
   * @returns milliseconds until it is time to, where that is not now
   */
  async #tell(
    key: string,
    service: InferenceService,
    { status, fault }: Outcome,
  ): Promise<number | undefined> {
    if (sameJson(status, service.status ?? {})) return undefined;
    const left = isOnItsWay(service.status, status) ? this.#gathering.left(key) : 0;
    if (left > 0) return left;
    this.#gathering.told(key);
    await this.#cluster
      .client<InferenceService>('inferenceservices')
      .update({ ...service, status }, 'status');
    const { events } = this.#cluster;
    const { name } = service.metadata;
    if (fault !== undefined) void events.record(service, 'Warning', 'InternalError', fault);
    const failure = newFailure(service.status, status);
    if (failure !== undefined) void events.record(service, 'Warning', failure.reason, failure.message);
    const before = readiness(service.status);
    const now = readiness(status);
    if (before !== 'True' && now === 'True') {
      void events.record(service, 'Normal', 'InferenceServiceReady', `InferenceService [${name}] is Ready`);
    } else if (before === 'True' && now === 'False') {
      const failing = (status.conditions ?? []).filter(
        one => one.status === 'False' && one.type !== 'Stopped',
      );
      const because = failing.map(one => one.type).join(', ');
      const message = `InferenceService [${name}] is no longer Ready because of: ${because}`;
      void events.record(service, 'Warning', 'InferenceServiceNotReady', message);
    }
    return undefined;
  }

  /** Removes what the service no longer is to have. */
  async #tidy(
    key: string,
    service: InferenceService,
    { children, fault }: Workloads,
    { routes }: Outcome,
  ): Promise<void> {
    if (fault !== undefined) return;
    const kept = new Set(
      [...children.map(({ child }) => child), ...(routes ?? [])].map(one => childKey(one.plural, one.object)),
    );
    kept.add(
      childKey('configmaps', {
        ...service,
        metadata: { ...service.metadata, name: modelConfigName(service.metadata.name ?? '') },
      }),
    );
    for (const [plural, objects] of this.#sight.children(service)) {
      const undecided = routes === undefined && isRoute(plural, service);
      for (const object of undecided ? [] : objects) {
        const going = object.metadata.deletionTimestamp !== undefined || kept.has(childKey(plural, object));
        if (!going) await this.#writer.remove(key, { plural, object });
      }
    }
  }

  /** Marks a service as looked after, so that nothing of it is left behind, unless it is; undefined when it is gone. */
  async #claim(service: InferenceService): Promise<InferenceService | undefined> {
    const { namespace = '', name = '', finalizers = [], resourceVersion } = service.metadata;
    if (finalizers.includes(finalizer)) return service;
    const patch = { metadata: { finalizers: [...finalizers, finalizer], resourceVersion } };
    return this.#patched(namespace, name, patch);
  }

  /** A service that goes takes its trained models along. */
  async #finish({ metadata }: InferenceService): Promise<undefined> {
    const { namespace = '', name = '', finalizers = [], resourceVersion } = metadata;
    if (!finalizers.includes(finalizer)) return undefined;
    const models = this.#cluster.client('trainedmodels');
    const { items } = await models.list({ namespace, labelSelector: `inferenceservice=${name}` });
    for (const model of items) await gone(models.delete(namespace, model.metadata.name ?? ''));
    const patch = { metadata: { finalizers: finalizers.filter(one => one !== finalizer), resourceVersion } };
    await this.#patched(namespace, name, patch);
    return undefined;
  }

  async #patched(namespace: string, name: string, patch: object): Promise<InferenceService | undefined> {
    const client = this.#cluster.client<InferenceService>('inferenceservices');
    return gone(client.patch(namespace, name, 'merge', patch));
  }
}

/** What has been written is newer than what has been seen. */
function observed(
  { deployments, knativeServices }: Snapshot,
  written: readonly KubeObject[],
): Pick<Snapshot, 'deployments' | 'knativeServices'> {
  const of = (kind: string, group: string): KubeObject[] =>
    written.filter(one => one.kind === kind && one.apiVersion.startsWith(group));
  return {
    deployments: new Map([...deployments, ...byName(of('Deployment', 'apps/') as Deployment[])]),
    knativeServices: new Map([
      ...knativeServices,
      ...byName(of('Service', 'serving.knative.dev/') as KnativeService[]),
    ]),
  };
}

function isRoute(plural: Plural, service: InferenceService): boolean {
  // In Knative mode the cluster's name of a service, an ExternalName Service, is a route too.
  return (
    routePlurals.includes(plural) || (plural === 'services' && service.status?.deploymentMode === 'Knative')
  );
}

/** A service that is ready and wants to stay as it is. */
function isHeldBack({ metadata, status }: InferenceService): boolean {
  return metadata.annotations?.[heldBack] === 'true' && readiness(status) === 'True';
}

/** Whether a service is as ready as it was, what is said is about the same of it, and what is to be done does not follow from that. */
function isOnItsWay(before: ServiceStatus | undefined, now: ServiceStatus): boolean {
  return (
    readiness(before) === readiness(now) &&
    before?.observedGeneration === now.observedGeneration &&
    sameJson(before?.components, now.components)
  );
}

function readiness(status: ServiceStatus | undefined): string {
  return status?.conditions?.find(one => one.type === 'Ready')?.status ?? 'Unknown';
}

/** What failed since a status was told; what the spec itself is to blame for is told as a fault. */
function newFailure(
  before: ServiceStatus | undefined,
  { modelStatus }: ServiceStatus,
): { readonly reason: string; readonly message: string } | undefined {
  const { lastFailureInfo: info } = modelStatus ?? {};
  if (info?.location === undefined || sameEnd(info, before?.modelStatus?.lastFailureInfo)) return undefined;
  const { reason, location, message = '', exitCode } = info;
  const ended = exitCode === undefined ? '' : ` ended with exit code ${exitCode}`;
  return { reason, message: `pod ${location}${ended}: ${message}` };
}

/** Whether a pod failed as it did before: numbers aside, as a log line has its time in it. */
function sameEnd(a: FailureInfo, b: FailureInfo | undefined): boolean {
  const words = ({ message = '' }: FailureInfo): string => message.replaceAll(/\d+/g, '');
  return b !== undefined && a.location === b.location && a.exitCode === b.exitCode && words(a) === words(b);
}

function messageOf(error: unknown): string {
  // A conflict is settled by the next look, which the queue gives; it is no failure of the service.
  if (isStatusError(error) && error.reason === 'Conflict') throw error;
  return error instanceof Error ? error.message : String(error);
}

/** What came of work on an object; undefined where the object is gone. */
async function gone<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
    return undefined;
  }
}
