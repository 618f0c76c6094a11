import type { Component } from './components/component.ts';
import { modelConfigName } from './components/annotations.ts';
import { SpecFault } from './components/fault.ts';
import { explainerOf, transformerOf } from './components/others.ts';
import { type PredictorComponent, predictorOf, runtimeOf, takesModelsLater } from './components/predictor.ts';
import type { Child } from './children.ts';
import { knativeServiceOf } from './knative/ksvc.ts';
import { type Mode, modeOf, unknownMode } from './modes.ts';
import { hostName } from './naming.ts';
import type { Selected } from './runtimes/select.ts';
import { type CanaryComponent, canariesOf, reducedForCanaries } from './standard/canary.ts';
import { deploymentOf } from './standard/deployment.ts';
import { metadataOf } from './standard/metadata.ts';
import { scalerOf } from './standard/scaler.ts';
import { serviceOf } from './standard/service.ts';
import { autoscalerAnnotation, type ComponentName, type InferenceService, isStopped } from './shapes.ts';
import type { Snapshot } from './snapshot.ts';
import { controlledBy } from '../../view/index.ts';

/** What runs a service, and what could not be worked out of it. */
export interface Workloads {
  readonly mode: Mode;
  readonly predictor: PredictorComponent | undefined;
  readonly selected: Selected | undefined;
  readonly components: readonly Component[];
  readonly canaries: readonly CanaryComponent[];
  /** The objects of each component, in the order in which they are written. */
  readonly children: readonly { readonly component: ComponentName; readonly child: Child }[];
  readonly fault: { readonly component: ComponentName; readonly fault: SpecFault } | undefined;
}

interface Found {
  predictor?: PredictorComponent;
  selected?: Selected;
  components: Component[];
  canaries: CanaryComponent[];
}

/** What is to run a service. A component whose spec cannot be served ends it there. Pure. */
export function workloadsOf(snapshot: Snapshot): Workloads {
  const { service, configuration } = snapshot;
  const mode = modeOf(service, configuration);
  const found: Found = { components: [], canaries: [] };
  let component: ComponentName = 'predictor';
  let fault: Workloads['fault'];
  try {
    const { model } = service.spec.predictor;
    if (model !== undefined) found.selected = runtimeOf(model, snapshot);
    const predictor = predictorOf(service, service.spec.predictor, snapshot);
    found.predictor = predictor;
    if (mode === 'Standard') found.canaries.push(...canariesOf(snapshot));
    found.components.push(predictor);
    for (component of ['transformer', 'explainer'] as const) {
      const made = otherOf(service, component, predictor, snapshot);
      if (made !== undefined) found.components.push(made);
    }
    if (mode === 'Standard') assertStandard(snapshot, found.components);
    else assertKnative(snapshot);
  } catch (error) {
    if (!(error instanceof SpecFault)) throw error;
    fault = { component: error.component ?? component, fault: error };
  }
  const { predictor, selected, components, canaries } = found;
  const doomed = fault !== undefined && fault.fault.told === undefined;
  const children = isStopped(service) || doomed ? [] : childrenOf(snapshot, mode, components, canaries);
  return { mode, predictor, selected, components, canaries, children, fault };
}

/** @throws SpecFault where there is no Knative. */
function assertKnative({ service, served }: Snapshot): void {
  if (served.has('services.serving.knative.dev')) return;
  const { name } = service.metadata;
  const message = `the resolved deployment mode of InferenceService '${name}' is Knative, but Knative Serving is not available`;
  throw new SpecFault('ServerlessModeRejected', undefined, message, 'predictor');
}

/** @throws SpecFault when Standard mode cannot serve the components. */
function assertStandard({ service, configuration }: Snapshot, components: readonly Component[]): void {
  const mode = unknownMode(service);
  if (mode !== undefined)
    throw SpecFault.of('predictor', `unsupported deployment mode for workload: ${mode}`);
  for (const { component, name, annotations } of components) {
    if (annotations[autoscalerAnnotation] === 'keda') {
      const message = `${autoscalerAnnotation} is keda, but KEDA is not here: use hpa, external or none`;
      throw SpecFault.of(component, message);
    }
    try {
      hostName(name, service, configuration);
    } catch (error) {
      throw SpecFault.of(component, `failed creating host name: ${(error as Error).message}`);
    }
  }
}

function otherOf(
  service: InferenceService,
  component: 'transformer' | 'explainer',
  predictor: PredictorComponent,
  snapshot: Snapshot,
): Component | undefined {
  const { transformer, explainer } = service.spec;
  if (component === 'transformer') {
    return transformer && transformerOf(service, transformer, predictor, snapshot);
  }
  return explainer && explainerOf(service, explainer, predictor, snapshot);
}

function childrenOf(
  snapshot: Snapshot,
  mode: Mode,
  components: readonly Component[],
  canaries: readonly CanaryComponent[],
): Workloads['children'] {
  const { service } = snapshot;
  const models = takesModelsLater(service.spec.predictor) ? [modelConfigOf(service)] : [];
  const of = (
    component: ComponentName,
    children: readonly Child[],
  ): { component: ComponentName; child: Child }[] => children.map(child => ({ component, child }));
  const make = mode === 'Standard' ? standardChildren : knativeChildren;
  return [
    ...of('predictor', models),
    ...canaries.flatMap(one => of('predictor', standardChildren(snapshot, one))),
    ...components.flatMap(one => of(one.component, make(snapshot, one))),
  ];
}

function standardChildren(snapshot: Snapshot, said: Component): Child[] {
  const { service, configuration, deployments } = snapshot;
  const component = said.component === 'predictor' ? reducedForCanaries(said, service) : said;
  const metadata = metadataOf(service, component);
  const running = deployments.get(component.name)?.spec.replicas;
  const scaler = scalerOf(component, metadata);
  return [
    serviceOf(component, metadata, configuration),
    deploymentOf(component, metadata, configuration, running),
    ...(scaler === undefined ? [] : [scaler]),
  ];
}

function knativeChildren({ service, configuration }: Snapshot, component: Component): Child[] {
  const before = service.status?.components?.[component.component];
  return [knativeServiceOf(component, metadataOf(service, component), configuration, before)];
}

/** The list of models that a server of many is given; who gives them writes it. */
function modelConfigOf(service: InferenceService): Child {
  const { name = '', namespace = '' } = service.metadata;
  return {
    plural: 'configmaps',
    onlyOnce: true,
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: modelConfigName(name), namespace, ownerReferences: [controlledBy(service)] },
      data: { 'models.json': '[]' },
    },
  };
}
