import type { KubeObject } from '../../meta/index.ts';
import { kserveErrors } from '../errors.ts';
import { textOf, fieldsOf } from '../untyped.ts';
import { agentOf, batcherOf, loggerOf, routerOf, storageInitializerOf } from './containers.ts';
import { credentialsOf } from './credentials.ts';
import { collectorOf, deployOf, ingressOf, localModelOf, serviceOf } from './platform.ts';
import { Section } from './section.ts';
import type { Configuration } from './shape.ts';

type Readers = { readonly [Key in keyof Configuration]: (section: Section) => Configuration[Key] };

/** How each key of the ConfigMap becomes a value. */
const readers: Readers = {
  deploy: deployOf,
  ingress: ingressOf,
  inferenceService: serviceOf,
  explainers: section => {
    const art = section.section('art');
    const image = art.text('image', 'kserve/art-explainer');
    return { art: { image, defaultImageVersion: art.text('defaultImageVersion', 'latest') } };
  },
  multiNode: section => ({ customGPUResourceTypeList: section.texts('customGPUResourceTypeList') }),
  storageInitializer: storageInitializerOf,
  credentials: credentialsOf,
  agent: agentOf,
  logger: loggerOf,
  batcher: batcherOf,
  router: routerOf,
  service: section => ({ serviceClusterIPNone: section.flag('serviceClusterIPNone', false) }),
  metricsAggregator: section => ({
    enableMetricAggregation: section.text('enableMetricAggregation', 'false'),
    enablePrometheusScraping: section.text('enablePrometheusScraping', 'false'),
  }),
  autoscaler: section => ({
    scaleUpStabilizationWindowSeconds: section.text('scaleUpStabilizationWindowSeconds', ''),
    scaleDownStabilizationWindowSeconds: section.text('scaleDownStabilizationWindowSeconds', ''),
  }),
  opentelemetryCollector: collectorOf,
  localModel: localModelOf,
  security: section => ({
    autoMountServiceAccountToken: section.flag('autoMountServiceAccountToken', true),
  }),
};

export interface ReadConfiguration {
  readonly configuration: Configuration;
  /** `kserve-configuration`, one for each key that could not be read: it stays what it was. */
  readonly faults: readonly Error[];
}

/**
 * Reads the ConfigMap `inferenceservice-config` (KServe 0.20, `pkg/apis/serving/v1beta1/configmap.go`). A key that is absent, and one
 * that cannot be read, is as in `before`. Pure.
 */
export function readConfiguration(map: KubeObject, before: Configuration): ReadConfiguration {
  const data = fieldsOf(map['data']) ?? {};
  const faults: Error[] = [];
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(readers) as (keyof Configuration)[]) {
    result[key] = before[key];
    if (data[key] === undefined) continue;
    try {
      result[key] = frozen(readers[key](sectionOf(key, data[key])));
    } catch (error) {
      faults.push(error as Error);
    }
  }
  return { configuration: Object.freeze(result) as unknown as Configuration, faults };
}

function sectionOf(key: string, value: unknown): Section {
  const text = textOf(value);
  if (text !== undefined) return Section.parse(key, text);
  throw kserveErrors.make['kserve-configuration'](`inferenceservice-config: ${key} is not text.`);
}

/** The configuration of values instead of a ConfigMap's texts. @throws `kserve-configuration` */
export function configurationOf(values: Readonly<Record<string, object>>): Configuration {
  const entries = Object.entries(readers).map(([key, read]) => {
    const section = new Section(key, { ...values[key] });
    return [key, frozen((read as (section: Section) => object)(section))] as const;
  });
  return Object.freeze(Object.fromEntries(entries)) as unknown as Configuration;
}

function frozen<Value>(value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}
