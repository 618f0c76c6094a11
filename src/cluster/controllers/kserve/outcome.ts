import { timestamp } from '../../view/index.ts';
import type { Child } from './children.ts';
import { knativeOutcome } from './knative/outcome.ts';
import { type ComponentName, isStopped, type ServiceStatus } from './shapes.ts';
import type { Failures, Snapshot } from './snapshot.ts';
import { standardOutcome } from './standard/outcome.ts';
import { Conditions } from './status/conditions.ts';
import { conditionNames } from './status/knative.ts';
import { invalidStatus } from './status/models.ts';
import type { Workloads } from './workloads.ts';

/** What a service says, and by which ways it is reached. */
export interface Outcome {
  readonly status: ServiceStatus;
  /** Undefined: those there are stay as they are. */
  readonly routes: readonly Child[] | undefined;
  /** What went wrong in the work itself, for the service's events. */
  readonly fault: string | undefined;
}

/**
 * What a service's status is to say, by what its children say of themselves (`snapshot`, once they are written) and by what could not be
 * written. Pure.
 */
export function outcomeOf(snapshot: Snapshot, workloads: Workloads, failures: Failures): Outcome {
  const { service, now } = snapshot;
  const { mode } = workloads;
  if (isStopped(service)) return stopped(snapshot, workloads);
  const before = withoutOthers(service.status ?? {}, workloads);
  const conditions = new Conditions(before.conditions ?? [], timestamp(now));
  if (conditions.get('Stopped')?.status === 'True') conditions.set('Stopped', { status: 'False' });
  const common = { ...before, ...runtimeName(workloads), deploymentMode: mode };
  const told = faultOf(workloads, failures);
  if (told !== undefined) return faulty(snapshot, common, conditions, told);
  if (mode === 'ModelMesh') return modelMesh(common, conditions);
  conditions.set('Stopped', { status: 'False' });
  const made = mode === 'Standard' ? standardOutcome : knativeOutcome;
  return { ...made(snapshot, workloads, common, conditions), fault: undefined };
}

/** A service whose routes cannot be written says so: nothing reaches it as its status would say. Pure. */
export function unreached({ status }: Outcome, message: string, now: number): Outcome {
  const conditions = new Conditions(status.conditions ?? [], timestamp(now));
  const fault = `fails to reconcile ingress: ${message}`;
  conditions.set('IngressReady', { status: 'False', reason: 'ReconcileFailed', message: fault });
  return { status: { ...status, conditions: conditions.list }, routes: undefined, fault };
}

interface Told {
  readonly component: ComponentName;
  readonly reason: string;
  readonly message: string;
  /** What the model status says; undefined where the spec is not to blame. */
  readonly model: string | undefined;
}

function faultOf({ fault }: Workloads, failures: Failures): Told | undefined {
  for (const component of ['predictor', 'transformer', 'explainer'] as const) {
    const message = failures.get(component);
    if (message !== undefined) {
      const whole = `fails to reconcile ${component}: ${message}`;
      return { component, reason: 'ReconcileFailed', message: whole, model: undefined };
    }
    if (fault?.component === component) {
      const { reason, message: said, told } = fault.fault;
      return { component, reason, message: said, model: told };
    }
  }
  return undefined;
}

/** A service whose component cannot be made says so where people look, and keeps what it has. */
function faulty(
  { service }: Snapshot,
  common: ServiceStatus,
  conditions: Conditions,
  { component, reason, message, model }: Told,
): Outcome {
  conditions.set(conditionNames[component].ready, { status: 'False', reason, message });
  const blamed = model !== undefined && component === 'predictor';
  const status = {
    ...common,
    ...(!blamed && {
      components: { ...common.components, [component]: common.components?.[component] ?? {} },
    }),
    conditions: conditions.list,
    modelStatus: blamed
      ? invalidStatus(common.modelStatus, reason, model)
      : (common.modelStatus ?? { transitionStatus: '' }),
    observedGeneration: service.metadata.generation ?? 0,
  };
  return { status, routes: undefined, fault: message };
}

function modelMesh(common: ServiceStatus, conditions: Conditions): Outcome {
  const message = 'ModelMesh is not served here: set serving.kserve.io/deploymentMode to Knative or Standard';
  conditions.set('PredictorReady', { status: 'False', reason: 'ModelMeshNotServed', message });
  const modelStatus = common.modelStatus ?? { transitionStatus: '' };
  return {
    status: { ...common, conditions: conditions.list, modelStatus },
    routes: undefined,
    fault: message,
  };
}

function stopped({ service, now }: Snapshot, workloads: Workloads): Outcome {
  const conditions = new Conditions(
    (service.status?.conditions ?? []).filter(one => stoppable(one.type, workloads)),
    timestamp(now),
  );
  const said = { status: 'False', reason: 'Stopped' } as const;
  for (const { component } of workloads.components) conditions.set(conditionNames[component].ready, said);
  if (workloads.canaries.length > 0) conditions.set('CanaryPredictorReady', said);
  conditions.set('PredictorReady', said);
  conditions.set('IngressReady', said);
  conditions.set('Stopped', { status: 'True' });
  const status = {
    ...runtimeName(workloads),
    conditions: conditions.list,
    deploymentMode: workloads.mode,
    modelStatus: { transitionStatus: '' },
    observedGeneration: service.metadata.generation ?? 0,
  };
  return { status, routes: [], fault: undefined };
}

function stoppable(type: string, { components }: Workloads): boolean {
  const readiness = components.map(({ component }) => conditionNames[component].ready);
  return ['Ready', 'PredictorReady', 'IngressReady', 'Stopped', ...readiness].includes(type);
}

function runtimeName({ selected }: Workloads): ServiceStatus {
  const { runtime, ofCluster } = selected ?? {};
  const name = runtime?.metadata.name;
  if (name === undefined) return {};
  return ofCluster === true ? { clusterServingRuntimeName: name } : { servingRuntimeName: name };
}

/** A status without what it says of components, canaries and runtimes that the service no longer has. */
function withoutOthers(
  status: ServiceStatus,
  { components, canaries, predictor, selected, fault }: Workloads,
): ServiceStatus {
  const { servingRuntimeName, clusterServingRuntimeName, canaryStatuses, ...rest } = status;
  const unknown = predictor === undefined;
  const runtime = {
    ...(servingRuntimeName !== undefined && { servingRuntimeName }),
    ...(clusterServingRuntimeName !== undefined && { clusterServingRuntimeName }),
  };
  const has = (component: ComponentName): boolean =>
    components.some(one => one.component === component) || fault !== undefined;
  const gone = (['predictor', 'transformer', 'explainer'] as const).filter(one => !has(one));
  const names = gone.flatMap(one => Object.values(conditionNames[one]));
  if (canaries.length === 0 && !unknown) names.push('CanaryPredictorReady');
  const kept = Object.entries(rest.components ?? {}).filter(([name]) => has(name as ComponentName));
  return {
    ...rest,
    ...(unknown && selected === undefined && runtime),
    ...(canaryStatuses !== undefined && (unknown || canaries.length > 0) && { canaryStatuses }),
    ...(rest.components !== undefined && { components: Object.fromEntries(kept) }),
    ...(rest.conditions !== undefined && {
      conditions: rest.conditions.filter(one => !names.includes(one.type)),
    }),
  };
}
