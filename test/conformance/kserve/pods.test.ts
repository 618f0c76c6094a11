import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installObjects } from '../../../src/cluster/bootstrap/index.ts';
import { installedObjects } from '../../../src/cluster/kserve/index.ts';
import { cases } from './recorded.ts';
import { concrete, filled, general, isWhole, pods, type RecordedPod, slim } from './recordedpods.ts';
import { type Answer, kserveApi } from './serving.ts';

type Fields = Record<string, unknown>;
type Metadata = { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> };
type Api = Awaited<ReturnType<typeof kserveApi>>;

/** Pods that are completed otherwise on purpose: what is expected in place of what was recorded, and why. */
interface Deliberate {
  readonly reason: string;
  change(recorded: string): string;
}

const named: Deliberate = {
  reason: 'The events of a logger have to have a source; KServe does not know the name of the pod.',
  change: text => text.replace('"--source-uri",""', '"--source-uri","<pod>"'),
};
const deliberate: Readonly<Record<string, Deliberate>> = {
  'standard/045-logger/log-predictor': named,
  'standard/047-logger-storage/logst-predictor': named,
};

async function made(api: Api, path: string, object: object): Promise<Answer> {
  const answer = await api.ask('POST', path, object);
  assert.ok([201, 409].includes(answer.status), JSON.stringify(answer.body));
  return answer;
}

/** The namespace of a case with what its manifest makes there before the service, and the services as they were in the end. */
async function prepared(api: Api, recorded: RecordedPod): Promise<string> {
  const one = cases.find(({ name }) => name === recorded.case);
  assert.ok(one, recorded.case);
  const { namespace } = one;
  await made(api, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const core = `/api/v1/namespaces/${namespace}`;
  await made(api, `${core}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  for (const { object } of one.steps) {
    const plural = { Secret: 'secrets', ServiceAccount: 'serviceaccounts' }[String(object['kind'])];
    if (plural !== undefined) await made(api, `${core}/${plural}`, object);
  }
  const services = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`;
  for (const [name, spec] of Object.entries(recorded.services)) {
    const written = one.steps.map(({ object }) => object['metadata'] as Metadata);
    const mode = 'serving.kserve.io/deploymentMode';
    const resolved = (recorded.template.metadata as Metadata).annotations?.[mode];
    const annotations = {
      ...written.find(metadata => metadata.name === name)?.annotations,
      ...(resolved !== undefined && { [mode]: resolved }),
    };
    await made(api, services, {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name, annotations },
      spec: concrete(spec, namespace),
    });
  }
  return namespace;
}

async function completed(api: Api, recorded: RecordedPod): Promise<{ metadata: unknown; spec: unknown }> {
  const namespace = await prepared(api, recorded);
  const { metadata, spec } = concrete(recorded.template, namespace);
  const labels = { ...(metadata['labels'] as Fields), 'pod-template-hash': 'hash0' };
  const answer = await made(api, `/api/v1/namespaces/${namespace}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${recorded.from}-`, labels, annotations: metadata['annotations'] },
    spec: filled(spec),
  });
  assert.equal(answer.status, 201);
  const name = (answer.body['metadata'] as { name: string }).name;
  const body = JSON.parse(JSON.stringify(answer.body).replaceAll(name, '<pod>')) as unknown;
  const pod = general(body, namespace) as { metadata: Fields; spec: Fields };
  const kept = { labels: pod.metadata['labels'], annotations: pod.metadata['annotations'] };
  return { metadata: kept, spec: pod.spec };
}

test('pods are completed as a real KServe completes them', async t => {
  const api = await kserveApi('Knative');
  t.after(() => api.stop());
  await made(api, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'kserve' },
  });
  await installObjects(api.transport, installedObjects());
  assert.ok(pods.length >= 79);
  for (const recorded of pods) {
    const name = `${recorded.mode}/${recorded.case}/${recorded.from}`;
    await t.test(name, async () => {
      const { nodeName: _, ...spec } = recorded.pod.spec;
      const shown = (pod: { metadata: unknown; spec: unknown }): unknown =>
        isWhole(recorded) ? pod : { metadata: pod.metadata, spec: slim(pod.spec) };
      const ours = shown(await completed(api, recorded));
      const theirs = shown({ metadata: recorded.pod.metadata, spec });
      const otherwise = deliberate[name];
      if (otherwise === undefined) {
        assert.deepEqual(ours, theirs);
        return;
      }
      const expected = JSON.parse(otherwise.change(JSON.stringify(theirs))) as unknown;
      assert.notDeepEqual(expected, theirs, 'not what the recording has to be changed in');
      assert.deepEqual(ours, expected, otherwise.reason);
    });
  }
});
