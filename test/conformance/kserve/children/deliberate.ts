import type { Mode } from './recorded.ts';

/** What differs from KServe, and why. */
export interface Deliberate {
  readonly reason: string;
  /** Of the manifest; every one when absent. */
  readonly cases?: readonly string[];
  readonly modes?: readonly Mode[];
  /** Of the field. */
  readonly path: RegExp;
}

/** Manifests whose model no runtime takes, or that cannot be fetched. */
const unserved = ['017', '077', '081', '085', '253', '277'];

export const deliberate: readonly Deliberate[] = [
  {
    reason: 'a spec that cannot be served says so in Ready, not in the model status or an event alone',
    cases: unserved,
    path: /conditions\[(PredictorReady|Ready)\]|^table|modelStatus|components|^events|ServingRuntimeName/,
  },
  {
    reason:
      'observedGeneration is the generation that the status is about, also of a failure, never a child’s',
    path: /observedGeneration$/,
  },
  {
    reason:
      'replicas are kept within the autoscaler’s bounds from the first write on, not changed by it later',
    cases: ['029', '031', '099'],
    path: /Deployment\/[a-z0-9-]+\.generation$/,
  },
  {
    reason: 'the host of the transformer goes to the transformer, that of the explainer to the explainer',
    cases: ['025', '029', '069'],
    path: /Ingress\/[a-z0-9]+\.spec\.rules/,
  },
  {
    reason: 'the annotations of a Service follow its predictor',
    path: /children\.Service\/[a-z0-9-]+\.annotations\.internal\.serving\.kserve\.io\/storage-initializer-sourceuri/,
  },
  {
    reason: 'what a removed component had goes with it',
    cases: ['069'],
    path: /rmt-transformer|transformer\.url|TransformerReady|components\.transformer|Transformer(Route|Configuration)Ready/,
  },
  {
    reason: 'a canary that is ready gets its share of the requests',
    cases: ['049'],
    modes: ['standard-gateway'],
    path: /HTTPRoute\/lc\.spec\.rules/,
  },
  {
    reason: 'the model status of a canary is told',
    cases: ['049'],
    path: /canaryStatuses\[next\]\.modelStatus/,
  },
  {
    reason: 'the autoscaler of a canary goes with its service',
    cases: ['049'],
    path: /HorizontalPodAutoscaler\/lc-next-predictor\.owners/,
  },
  {
    reason: 'copies that failed are counted, and the pod and time of a failure are told',
    path: /modelStatus\.copies\.failedCopies|lastFailureInfo\.(location|time)/,
  },
  {
    reason: 'why a pod cannot start is told',
    cases: ['073', '075'],
    path: /lastFailureInfo/,
  },
  {
    reason: 'a service that is stopped from the start says so of its ingress too',
    cases: ['051'],
    path: /^step 0\.conditions\[IngressReady\]/,
  },
  {
    reason: 'a pod that is there says what it waits for; Stopped=False is no reason for not being ready',
    path: /^events\.InferenceServiceNotReady/,
  },
  {
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
