import type { Mode } from './recorded.ts';

/** What differs from KServe, and why. */
export interface Deliberate {
  /** The fields, in words. */
  readonly what: string;
  readonly reason: string;
  /** Of the manifest; every one when absent. */
  readonly cases?: readonly string[];
  readonly modes?: readonly Mode[];
  /** Of the field. */
  readonly path: RegExp;
}

/** Of the fields of children, statuses, events and tables, the share that is equal. */
export const atLeast: Readonly<Record<Mode, number>> = {
  standard: 0.97,
  'standard-gateway': 0.97,
  knative: 0.97,
};

/** Manifests whose model no runtime takes, or that cannot be fetched. */
const unserved = ['017', '077', '081', '085', '253', '277'];

export const deliberate: readonly Deliberate[] = [
  {
    what: 'conditions, model status and events of a spec that cannot be served',
    reason: 'a spec that cannot be served says so in Ready, not in the model status or an event alone',
    cases: unserved,
    path: /conditions\[(PredictorReady|Ready)\]|^table|modelStatus|components|^events|ServingRuntimeName/,
  },
  {
    what: '`observedGeneration`',
    reason:
      'observedGeneration is the generation that the status is about, also of a failure, never a child’s',
    path: /observedGeneration$/,
  },
  {
    what: '`generation` of Deployments',
    reason:
      'replicas are kept within the autoscaler’s bounds from the first write on, not changed by it later',
    cases: ['029', '031', '099'],
    path: /Deployment\/[a-z0-9-]+\.generation$/,
  },
  {
    what: 'rules of Ingresses',
    reason: 'the host of the transformer goes to the transformer, that of the explainer to the explainer',
    cases: ['025', '029', '069'],
    path: /Ingress\/[a-z0-9]+\.spec\.rules/,
  },
  {
    what: 'the source annotation of Services',
    reason: 'the annotations of a Service follow its predictor',
    path: /children\.Service\/[a-z0-9-]+\.annotations\.internal\.serving\.kserve\.io\/storage-initializer-sourceuri/,
  },
  {
    what: 'children and status of a removed transformer',
    reason: 'what a removed component had goes with it',
    cases: ['069'],
    path: /rmt-transformer|transformer\.url|TransformerReady|components\.transformer|Transformer(Route|Configuration)Ready/,
  },
  {
    what: 'the HTTPRoute of a canary',
    reason: 'a canary that is ready gets its share of the requests',
    cases: ['049'],
    modes: ['standard-gateway'],
    path: /HTTPRoute\/lc\.spec\.rules/,
  },
  {
    what: '`canaryStatuses`',
    reason: 'the model status of a canary is told',
    cases: ['049'],
    path: /canaryStatuses\[next\]\.modelStatus/,
  },
  {
    what: 'owner of a canary’s HorizontalPodAutoscaler',
    reason: 'the autoscaler of a canary goes with its service',
    cases: ['049'],
    path: /HorizontalPodAutoscaler\/lc-next-predictor\.owners/,
  },
  {
    what: '`copies.failedCopies`; `location` and `time` in `lastFailureInfo`',
    reason: 'copies that failed are counted, and the pod and time of a failure are told',
    path: /modelStatus\.copies\.failedCopies|lastFailureInfo\.(location|time)/,
  },
  {
    what: '`lastFailureInfo`',
    reason: 'why a pod cannot start is told',
    cases: ['073', '075'],
    path: /lastFailureInfo/,
  },
  {
    what: 'events of failures',
    reason: 'a failure is told by an event of the service too',
    path: /^events\.(ModelLoadFailed|RuntimeUnhealthy): pod /,
  },
  {
    what: 'conditions, `READY`',
    reason: 'a revision that cannot come up says so within seconds; Knative’s deadline is ten minutes',
    cases: ['071', '073'],
    modes: ['knative'],
    path: /conditions\[|^table/,
  },
  {
    what: 'reason and message of `Ready`, `PredictorReady`',
    reason: 'why a revision failed is told before that there is none to send requests to',
    cases: ['233'],
    modes: ['knative'],
    path: /conditions\[(PredictorReady|Ready)\]\.(reason|message)/,
  },
  {
    what: '`IngressReady`',
    reason: 'a service that is stopped from the start says so of its ingress too',
    cases: ['051'],
    path: /^step 0\.conditions\[IngressReady\]/,
  },
  {
    what: 'the event InferenceServiceNotReady',
    reason: 'a pod that is there says what it waits for; Stopped=False is no reason for not being ready',
    path: /^events\.InferenceServiceNotReady/,
  },
  {
    what: 'messages',
    reason: 'the words name what is wrong and not the function that found it',
    cases: ['255', '259'],
    path: /conditions\[(PredictorReady|Ready)\]\.message|^events\.InternalError/,
  },
];

/** Manifests that are not compared, and why. */
export const notCompared: Readonly<Record<string, string>> = {
  '065-worker-spec':
    'KServe never comes to rest: it takes the Deployment of the workers for a leftover and makes it again; here several nodes to one model are refused',
};

/** The row that a difference is listed in. */
export function allowed(mode: Mode, name: string, path: string): Deliberate | undefined {
  return deliberate.find(
    row =>
      row.path.test(path) &&
      (row.modes?.includes(mode) ?? true) &&
      (row.cases?.some(one => name.startsWith(one)) ?? true),
  );
}
