import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/index.ts';
import { configurationOf } from '../config/read.ts';
import { installedConfiguration } from '../installed/objects.ts';
import * as release from '../installed/release.ts';
import { addAgent } from './agent/agent.ts';
import type { ContainerDraft, PodDraft } from './draft.ts';
import { addMetrics } from './metrics.ts';
import type { Surroundings } from './surroundings.ts';

type Texts = Readonly<Record<string, string>>;

const internal = (name: string): string => `internal.serving.kserve.io/${name}`;
const nothing = { get: () => undefined, list: () => [] };

function pod(annotations: Texts, ...containers: ContainerDraft[]): PodDraft {
  const labels = { 'serving.kserve.io/inferenceservice': 's', component: 'predictor', endpoint: 'default' };
  return { metadata: { name: 'p-1', labels, annotations: { ...annotations } }, spec: { containers } };
}

function around(annotations: Texts, configuration = installedConfiguration): Surroundings {
  return { lookup: nothing, namespace: 'n', configuration, annotations };
}

/** The agent that is put into a pod. */
function agentIn(
  annotations: Texts,
  containers: ContainerDraft[],
  service?: KubeObject,
  configuration = installedConfiguration,
): { agent: ContainerDraft | undefined; pod: PodDraft } {
  const draft = pod(annotations, ...structuredClone(containers));
  addAgent(draft, service, around(annotations, configuration));
  return { agent: draft.spec.containers.find(one => one.name === 'agent'), pod: draft };
}

function probedPath(agent: ContainerDraft | undefined): unknown {
  const asked = agent?.readinessProbe?.['httpGet'] as { readonly path: string } | undefined;
  return asked?.path;
}

const server: ContainerDraft = {
  name: 'kserve-container',
  ports: [{ containerPort: 8085 }],
  readinessProbe: { httpGet: { path: '/v2/health/ready', port: 8085, scheme: 'HTTP' }, periodSeconds: 5 },
  securityContext: { runAsNonRoot: true },
};
const queue: ContainerDraft = {
  name: 'queue-proxy',
  env: [
    { name: 'SERVING_NAMESPACE', value: 'n' },
    { name: 'USER_PORT', value: '8085' },
  ],
};
const batcher = { [internal('batcher')]: 'true' };

test('nothing is put into a pod that wants no agent, and one agent at most', () => {
  assert.equal(agentIn({}, [server]).agent, undefined);
  const { pod: draft } = agentIn(batcher, [server, { name: 'agent' }]);
  assert.equal(draft.spec.containers.length, 2);
});

test('behind a queue the agent is told what the queue is told, and the queue sends to it', () => {
  const { agent, pod: draft } = agentIn(batcher, [server, queue]);
  assert.deepEqual(agent?.env, queue.env);
  assert.deepEqual(draft.spec.containers[1]?.env, [
    { name: 'SERVING_NAMESPACE', value: 'n' },
    { name: 'USER_PORT', value: '9081' },
  ]);
  assert.deepEqual(agent?.args, ['--enable-batcher', '--component-port', '8085']);
  assert.equal(probedPath(agent), '/');
});

test('without a queue the agent probes the server, at the path that the server has', () => {
  const { agent } = agentIn(batcher, [server]);
  const [variable] = agent?.env ?? [];
  assert.equal(variable?.name, 'SERVING_READINESS_PROBE');
  assert.equal(
    variable.value,
    '{"httpGet":{"path":"/v2/health/ready","port":8085,"scheme":"HTTP"},"periodSeconds":5}',
  );
  assert.equal(probedPath(agent), '/v2/health/ready');
  assert.deepEqual(agent?.securityContext, { runAsNonRoot: true });
  const command = { ...server, readinessProbe: { exec: { command: ['true'] } } };
  assert.equal(agentIn(batcher, [command]).agent?.env, undefined);
});

test('a transformer in the same pod is what the agent stands before', () => {
  const transformer = { name: 'transformer-container', readinessProbe: { tcpSocket: { port: 8080 } } };
  const { agent } = agentIn(batcher, [server, transformer]);
  assert.deepEqual(agent?.args?.slice(-2), ['--component-port', '8080']);
  assert.equal(agent?.env?.[0]?.value, '{"tcpSocket":{"port":8080}}');
});

test('a logger is told everything that annotations, service and configuration say', () => {
  const logger = {
    storage: { path: '/logs', parameters: { format: 'parquet' } },
    marshallerUrl: 'http://m',
    batchSize: 10,
    batchInterval: '5s',
  };
  const service = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 's' },
    spec: { predictor: { logger } },
  };
  const annotations = {
    [internal('logger')]: 'true',
    [internal('logger-sink-url')]: 'http://sink',
    [internal('logger-mode')]: 'response',
    [internal('logger-metadata-headers')]: 'x-a,x-b',
    [internal('logger-metadata-annotations')]: 'team,missing',
    team: 'blue',
  };
  const configured = configurationOf({
    ...release.configuration,
    logger: { caBundle: 'trust', caCertFile: 'ca.crt', tlsSkipVerify: true },
  });
  const { agent, pod: draft } = agentIn(annotations, [server], service, configured);
  assert.deepEqual(agent?.args, [
    '--log-url',
    'http://sink',
    '--source-uri',
    'p-1',
    '--log-mode',
    'response',
    '--inference-service',
    's',
    '--namespace',
    'n',
    '--endpoint',
    'default',
    '--component',
    'predictor',
    '--log-store-path',
    '/logs',
    '--log-store-format',
    'parquet',
    '--log-marshaller-url',
    'http://m',
    '--log-batch-size',
    '10',
    '--log-batch-interval',
    '5s',
    '--metadata-headers',
    'x-a,x-b',
    '--metadata-annotations',
    'team=blue',
    '--logger-ca-cert-file',
    'ca.crt',
    '--logger-tls-skip-verify',
    'true',
    '--component-port',
    '8085',
  ]);
  assert.deepEqual(draft.spec.volumes, [
    { name: 'agent-ca-bundle', configMap: { name: 'trust', optional: true } },
  ]);
});

test('metrics are collected by the queue where that is wanted, and found where annotations say', () => {
  const wanted = {
    'serving.kserve.io/enable-metric-aggregation': 'true',
    'serving.kserve.io/enable-prometheus-scraping': 'true',
    'prometheus.kserve.io/port': '8082',
  };
  const draft = pod(wanted, structuredClone(server), structuredClone(queue));
  addMetrics(draft, installedConfiguration.metricsAggregator);
  const [, collecting] = draft.spec.containers;
  assert.deepEqual(collecting?.env?.slice(-3), [
    { name: 'KSERVE_CONTAINER_PROMETHEUS_METRICS_PORT', value: '8082' },
    { name: 'KSERVE_CONTAINER_PROMETHEUS_METRICS_PATH', value: '/metrics' },
    { name: 'AGGREGATE_PROMETHEUS_METRICS_PORT', value: '9088' },
  ]);
  assert.deepEqual(collecting?.ports, [{ name: 'aggr-metric', containerPort: 9088, protocol: 'TCP' }]);
  assert.deepEqual(draft.metadata.annotations, {
    ...wanted,
    'prometheus.io/port': '9088',
    'prometheus.io/path': '/metrics',
  });
  const scraped = pod({ 'serving.kserve.io/enable-prometheus-scraping': 'true' }, structuredClone(server));
  addMetrics(scraped, installedConfiguration.metricsAggregator);
  assert.equal(scraped.metadata.annotations?.['prometheus.io/port'], '9091');
});
