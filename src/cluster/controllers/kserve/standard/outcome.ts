import type { Child } from '../children.ts';
import { componentName, hostName, localHost } from '../naming.ts';
import type { Configuration } from '../../../kserve/index.ts';
import type { ComponentName, ComponentStatus, InferenceService, ServiceStatus } from '../shapes.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Conditions } from '../status/conditions.ts';
import { conditionNames } from '../status/knative.ts';
import { modelStatusOf } from '../status/models.ts';
import { canaryStatusesOf, isCurrent, newestServes, podsOf } from '../status/observed.ts';
import { readinessOf } from '../status/standard.ts';
import type { Workloads } from '../workloads.ts';
import { acceptedOf, httpRoutesOf } from './httproutes.ts';
import { ingressOf, isInternal } from './ingress.ts';

interface StandardOutcome {
  readonly status: ServiceStatus;
  readonly routes: readonly Child[] | undefined;
}

/** What a service in Standard mode says by its Deployments, and its Ingress once it can be reached. Pure. */
export function standardOutcome(
  snapshot: Snapshot,
  workloads: Workloads,
  before: ServiceStatus,
  conditions: Conditions,
): StandardOutcome {
  const { service, pods, deployments, configuration } = snapshot;
  const components: Partial<Record<ComponentName, ComponentStatus>> = {};
  for (const { component, name } of workloads.components) {
    const said = readinessOf(deployments.get(name));
    const known = before.components?.[component] ?? {};
    const url = said.status === 'True' ? { url: `http://${hostName(name, service, configuration)}` } : {};
    components[component] = { ...known, ...url };
    conditions.set(conditionNames[component].ready, said);
  }
  const canaryStatuses = canaryStatusesOf(service, workloads.canaries, deployments, pods);
  tellCanaries(canaryStatuses, conditions);
  const told = { ...service, status: { ...service.status, canaryStatuses } };
  const reached = reachedBy({ ...snapshot, service: told }, workloads, conditions);
  const own = workloads.predictor === undefined ? [] : podsOf(pods, workloads.predictor);
  const current = workloads.components.every(({ name }) => isCurrent(deployments.get(name)));
  const ready = conditions.is('Ready', 'True') && newestServes(own);
  return {
    routes: reached.routes,
    status: {
      ...before,
      ...reached.status,
      ...(canaryStatuses.length > 0 && { canaryStatuses }),
      components,
      conditions: conditions.list,
      modelStatus: modelStatusOf(before.modelStatus, {
        pods: own,
        ready,
        failed: false,
        now: snapshot.now,
      }),
      ...(current && { observedGeneration: service.metadata.generation ?? 0 }),
    },
  };
}

function tellCanaries(statuses: readonly { readonly ready: boolean }[], conditions: Conditions): void {
  if (statuses.length === 0) return conditions.clear('CanaryPredictorReady');
  const ready = statuses.every(one => one.ready);
  conditions.set(
    'CanaryPredictorReady',
    ready ? { status: 'True', reason: 'AllCanariesReady' } : { status: 'False', reason: 'CanariesNotReady' },
  );
}

const waiting = [
  ['predictor', 'Predictor ingress not created'],
  ['transformer', 'Transformer ingress not created'],
  ['explainer', 'Explainer ingress not created'],
] as const;

/** The addresses of a service and what makes them; only once everything behind it is ready. */
function reachedBy(
  { service, configuration, httpRoutes }: Snapshot,
  workloads: Workloads,
  conditions: Conditions,
): { readonly status: ServiceStatus; readonly routes: readonly Child[] | undefined } {
  const internal = isInternal(service, configuration);
  const missing = waiting.find(
    ([component]) =>
      workloads.components.some(one => one.component === component) &&
      !conditions.is(conditionNames[component].ready, 'True'),
  );
  if (missing !== undefined && !internal) {
    conditions.set('IngressReady', { status: 'False', reason: missing[1] });
    return { status: {}, routes: undefined };
  }
  if (internal || !configuration.ingress.enableGatewayApi) {
    conditions.set('IngressReady', { status: 'True' });
    return {
      status: addressesOf(service, configuration),
      routes: internal ? [] : [ingressOf(service, configuration)],
    };
  }
  const routes = httpRoutesOf(service, workloads, configuration);
  const accepted = acceptedOf(routes, httpRoutes);
  conditions.set('IngressReady', accepted);
  return { status: accepted.status === 'True' ? addressesOf(service, configuration) : {}, routes };
}

function addressesOf(service: InferenceService, configuration: Configuration): ServiceStatus {
  const { name = '', namespace = '' } = service.metadata;
  const { transformer, predictor } = service.spec;
  const entry =
    transformer === undefined
      ? componentName(name, 'predictor', predictor.name)
      : componentName(name, 'transformer');
  const port = configuration.service.serviceClusterIPNone ? ':8080' : '';
  return {
    address: { url: `http://${localHost(entry, namespace)}${port}` },
    url: `${configuration.ingress.urlScheme}://${hostName(name, service, configuration)}`,
  };
}
