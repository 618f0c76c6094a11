import type {
  ComponentName,
  ComponentStatus,
  KnativeCondition,
  KnativeService,
  TrafficTarget,
} from '../shapes.ts';
import type { Conditions } from './conditions.ts';

type ServiceStatus = NonNullable<KnativeService['status']>;

/** How the conditions of each component are called. */
export const conditionNames: Readonly<
  Record<ComponentName, { readonly ready: string; readonly route: string; readonly configuration: string }>
> = {
  predictor: {
    ready: 'PredictorReady',
    route: 'PredictorRouteReady',
    configuration: 'PredictorConfigurationReady',
  },
  transformer: {
    ready: 'TransformerReady',
    route: 'TransformerRouteReady',
    configuration: 'TransformerConfigurationReady',
  },
  explainer: {
    ready: 'ExplainerReady',
    route: 'ExplainerRoutesReady',
    configuration: 'ExplainerConfigurationReady',
  },
};

/** What a component's status says by its Knative Service (KServe's `PropagateStatus`). Pure. */
export function componentStatusOf(before: ComponentStatus, status: ServiceStatus): ComponentStatus {
  const { latestCreatedRevisionName = '', latestReadyRevisionName = '', traffic, address, url } = status;
  const ready = conditionIn(status.conditions, 'Ready')?.status === 'True';
  const rolledOut = rollout(before, status);
  const { latestRolledoutRevision, previousRolledoutRevision } = rolledOut;
  const shownAddress = ready ? (address ?? before.address) : before.address;
  const shownUrl = ready ? (url ?? before.url) : before.url;
  return {
    ...(shownAddress !== undefined && { address: shownAddress }),
    ...(latestCreatedRevisionName !== '' && { latestCreatedRevision: latestCreatedRevisionName }),
    ...(latestReadyRevisionName !== '' && { latestReadyRevision: latestReadyRevisionName }),
    ...(latestRolledoutRevision !== undefined && { latestRolledoutRevision }),
    ...(previousRolledoutRevision !== undefined && { previousRolledoutRevision }),
    ...(traffic !== undefined && traffic.length > 0 && { traffic }),
    ...(shownUrl !== undefined && { url: shownUrl }),
  };
}

interface Rollout {
  readonly latestRolledoutRevision?: string | undefined;
  readonly previousRolledoutRevision?: string | undefined;
}

/** Which revisions had all of the traffic, last and before. */
function rollout(before: ComponentStatus, status: ServiceStatus): Rollout {
  const { latestReadyRevisionName: latest, latestCreatedRevisionName: created, traffic = [] } = status;
  const { latestRolledoutRevision, previousRolledoutRevision } = before;
  const kept: Rollout = { latestRolledoutRevision, previousRolledoutRevision };
  const target = traffic.find(one => one.latestRevision === true && one.revisionName === latest);
  if (latest === undefined || target === undefined) return kept;
  if (latestRolledoutRevision !== latest) {
    if (target.percent !== 100) return kept;
    return { latestRolledoutRevision: latest, previousRolledoutRevision: latestRolledoutRevision };
  }
  const takenBack = latest === created && (target.percent ?? 100) < 100 && shareOf(traffic, latest) === 100;
  if (!takenBack || previousRolledoutRevision === undefined) return kept;
  return { ...kept, latestRolledoutRevision: previousRolledoutRevision };
}

function shareOf(traffic: readonly TrafficTarget[], revision: string): number {
  return traffic
    .filter(one => one.revisionName === revision)
    .reduce((sum, { percent = 0 }) => sum + percent, 0);
}

/** Hands the conditions of a component's Knative Service on. */
export function propagate(
  conditions: Conditions,
  component: ComponentName,
  status: ServiceStatus | undefined,
): void {
  const names = conditionNames[component];
  conditions.set(names.ready, conditionIn(status?.conditions, 'Ready'));
  conditions.set(names.route, conditionIn(status?.conditions, 'RoutesReady'));
  conditions.set(names.configuration, conditionIn(status?.conditions, 'ConfigurationsReady'));
}

/** `RoutesReady` and `LatestDeploymentReady`: of all components together. */
export function propagateAcross(conditions: Conditions, components: readonly ComponentName[]): void {
  for (const [type, which] of [
    ['RoutesReady', 'route'],
    ['LatestDeploymentReady', 'configuration'],
  ] as const) {
    const lacking = components
      .map(one => conditionNames[one][which])
      .filter(one => !conditions.is(one, 'True'));
    const last = lacking.at(-1);
    if (last === undefined) conditions.set(type, { status: 'True' });
    else {
      const status = conditions.is(last, 'Unknown') ? 'Unknown' : 'False';
      conditions.set(type, { status, reason: `${last} not ready` });
    }
  }
}

export function conditionIn(
  conditions: readonly KnativeCondition[] | undefined,
  type: string,
): KnativeCondition | undefined {
  return conditions?.find(one => one.type === type);
}
