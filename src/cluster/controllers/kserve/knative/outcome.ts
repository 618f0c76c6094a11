import type { Child } from '../children.ts';
import { componentName, localHost } from '../naming.ts';
import type { ComponentName, ComponentStatus, InferenceService, ServiceStatus } from '../shapes.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Conditions } from '../status/conditions.ts';
import { componentStatusOf, conditionNames, propagate, propagateAcross } from '../status/knative.ts';
import { modelStatusOf } from '../status/models.ts';
import { isCurrent, podsOfRevision } from '../status/observed.ts';
import type { Workloads } from '../workloads.ts';
import { externalServiceOf, servicePath, virtualServiceOf } from './routes.ts';

interface KnativeOutcome {
  readonly status: ServiceStatus;
  readonly routes: readonly Child[];
}

/** What a service in Knative mode says by its Knative Services, and Istio's route to it. Pure. */
export function knativeOutcome(
  snapshot: Snapshot,
  workloads: Workloads,
  before: ServiceStatus,
  conditions: Conditions,
): KnativeOutcome {
  const { service, knativeServices, pods, configuration } = snapshot;
  const components: Partial<Record<ComponentName, ComponentStatus>> = {};
  for (const { component, name } of workloads.components) {
    const status = knativeServices.get(name)?.status;
    const known = before.components?.[component] ?? {};
    components[component] = status === undefined ? known : componentStatusOf(known, status);
    propagate(conditions, component, status);
  }
  propagateAcross(
    conditions,
    workloads.components.map(one => one.component),
  );
  const ingress = reachedBy(snapshot, workloads, components, conditions);
  const predictor = components.predictor ?? {};
  const named = knativeServices.get(workloads.predictor?.name ?? '');
  const own = podsOfRevision(pods, predictor.latestCreatedRevision);
  const ready =
    conditions.is('Ready', 'True') && predictor.latestCreatedRevision === predictor.latestReadyRevision;
  const failed = named?.status?.conditions?.some(one => one.status === 'False') ?? false;
  const current = workloads.components.every(({ name }) => isCurrent(knativeServices.get(name)));
  const { disableIstioVirtualHost } = configuration.ingress;
  return {
    routes: disableIstioVirtualHost ? [] : [externalServiceOf(service, configuration), ...ingress.routes],
    status: {
      ...before,
      ...ingress.status,
      components,
      conditions: conditions.list,
      modelStatus: modelStatusOf(before.modelStatus, { pods: own, ready, failed, now: snapshot.now }),
      ...(current && { observedGeneration: service.metadata.generation ?? 0 }),
    },
  };
}

const waiting = [
  ['predictor', 'Predictor ingress not created'],
  ['transformer', 'Transformer ingress not created'],
  ['explainer', 'Explainer ingress not created'],
] as const;

function reachedBy(
  { service, configuration }: Snapshot,
  { components: list, predictor }: Workloads,
  components: Readonly<Partial<Record<ComponentName, ComponentStatus>>>,
  conditions: Conditions,
): { readonly status: ServiceStatus; readonly routes: readonly Child[] } {
  const { ingress } = configuration;
  const missing = waiting.find(
    ([component]) =>
      list.some(one => one.component === component) &&
      !conditions.is(conditionNames[component].ready, 'True'),
  );
  const entry = service.spec.transformer === undefined ? 'predictor' : 'transformer';
  const url = components[entry]?.url;
  if (missing !== undefined) {
    const [component, reason] = missing;
    const status = conditions.is(conditionNames[component].ready, 'False') ? 'False' : 'Unknown';
    conditions.set('IngressReady', { status, reason });
  }
  if (url === undefined) return { status: {}, routes: [] };
  conditions.set('IngressReady', { status: 'True' });
  const { host } = new URL(url);
  const own = host.replace(`-${entry}`, '');
  return {
    status: {
      address: {
        url: `http://${localHost(entryName(service, entry, ingress.disableIstioVirtualHost), service.metadata.namespace ?? '')}`,
      },
      url:
        ingress.pathTemplate === ''
          ? `${ingress.urlScheme}://${ingress.disableIstioVirtualHost ? host : own}`
          : `${ingress.urlScheme}://${ingress.ingressDomain}${servicePath(service, ingress)}`,
    },
    routes: [virtualServiceOf(service, own, configuration, predictor?.serverLabels)],
  };
}

function entryName(service: InferenceService, entry: ComponentName, itself: boolean): string {
  const { name = '' } = service.metadata;
  return itself ? componentName(name, entry, entry === 'predictor' ? service.spec.predictor.name : '') : name;
}
