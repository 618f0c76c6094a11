import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, kserveApi } from './serving.ts';
import { cases, type Mode, type RecordedAnswer, type RecordedCase, type Step } from './recorded.ts';

type Api = Awaited<ReturnType<typeof kserveApi>>;

/** Manifests that KServe answers with a panic, and what is said here instead. */
const deliberate: Readonly<Record<string, string>> = {
  '205-no-predictor': 'nop',
  '207-predictor-only-replicas': 'rep',
};

const plurals: Readonly<Record<string, string>> = {
  InferenceService: 'inferenceservices',
  ServingRuntime: 'servingruntimes',
  ClusterServingRuntime: 'clusterservingruntimes',
  TrainedModel: 'trainedmodels',
  InferenceGraph: 'inferencegraphs',
};

function pathOf(kind: string, version: string, namespace: string): string | undefined {
  const plural = plurals[kind];
  if (plural === undefined) return undefined;
  const base = `/apis/serving.kserve.io/${version}`;
  return kind === 'ClusterServingRuntime' ? `${base}/${plural}` : `${base}/namespaces/${namespace}/${plural}`;
}

const versionOf = (kind: string): string => (kind === 'InferenceService' ? 'v1beta1' : 'v1alpha1');

/** Asks one step; undefined where it is not about a kind of KServe's or not about the API's answer. */
async function asked(api: Api, one: RecordedCase, step: Step, last: string): Promise<Answer | undefined> {
  const [verb, said = ''] = step.do.split(' ');
  if (verb === 'create') {
    const kind = String(step.object['kind']);
    const path = pathOf(kind, String(step.object['apiVersion']).split('/')[1] ?? '', one.namespace);
    return path === undefined
      ? undefined
      : api.ask('POST', `${path}?fieldValidation=${one.validate}`, step.object);
  }
  if (verb !== 'merge') return undefined;
  const [kind = '', name = '', part = ''] =
    said === '' || said.startsWith('/') ? ['InferenceService', last, said.slice(1)] : said.split('/');
  const path = pathOf(kind, versionOf(kind), one.namespace);
  const place = `${path}/${name}${part === '' ? '' : `/${part}`}?fieldValidation=Strict`;
  return path === undefined
    ? undefined
    : api.ask('PATCH', place, step.object, 'application/merge-patch+json');
}

function shownOf(answer: Answer, namespace: string): Record<string, unknown> {
  const text = JSON.stringify(answer.body).replaceAll(namespace, '<ns>');
  const body = JSON.parse(text) as Record<string, unknown> & { metadata: Record<string, unknown> };
  if (body['kind'] === 'Status') return body;
  const kept = ['labels', 'annotations', 'generation'].filter(key => body.metadata[key] !== undefined);
  return { metadata: Object.fromEntries(kept.map(key => [key, body.metadata[key]])), spec: body['spec'] };
}

/** Davit tells of fields that nothing is done for yet, and of what is seldom meant; KServe takes them without a word. */
const ownWarning =
  / is stored but not acted on yet: | is no deployment mode: |spec\.predictor\.[a-z]+ replaces spec\.predictor\.model/;

function compare(name: string, answer: Answer, recorded: RecordedAnswer, namespace: string): void {
  const object = deliberate[name];
  if (object !== undefined) {
    assert.equal(recorded.status, 500);
    assert.equal(answer.status, 403);
    const begin = `admission webhook "inferenceservice.kserve-webhook-server.validator" denied the request: the InferenceService "${object}" is invalid: spec.predictor does not say what serves the model: exactly one of model, containers, sklearn`;
    assert.ok(String(answer.body['message']).startsWith(begin));
    return;
  }
  assert.deepEqual(
    {
      status: answer.status,
      warnings: answer.warnings.filter(text => !ownWarning.test(text)).sort(),
      response: shownOf(answer, namespace),
    },
    { status: recorded.status, warnings: [...(recorded.warnings ?? [])].sort(), response: recorded.response },
  );
}

/** What KServe's controller would have done before the next step, as far as admission looks at it. */
async function reconciled(api: Api, one: RecordedCase, name: string, mode: string): Promise<void> {
  const path = `/apis/serving.kserve.io/v1beta1/namespaces/${one.namespace}/inferenceservices/${name}/status`;
  const body = { status: { deploymentMode: mode } };
  const answer = await api.ask('PATCH', path, body, 'application/merge-patch+json');
  assert.equal(answer.status, 200);
}

/** KServe's controller labels a TrainedModel with its InferenceService. */
async function labelled(api: Api, one: RecordedCase, step: Step): Promise<void> {
  const path = `/apis/serving.kserve.io/v1alpha1/namespaces/${one.namespace}/trainedmodels/${nameOf(step)}`;
  const { inferenceService: inferenceservice } = step.object['spec'] as { inferenceService: string };
  const body = { metadata: { labels: { inferenceservice } } };
  const answer = await api.ask('PATCH', path, body, 'application/merge-patch+json');
  assert.equal(answer.status, 200);
}

async function replay(api: Api, one: RecordedCase, mode: Mode): Promise<number> {
  const metadata = { name: one.namespace };
  await api.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  let last = '';
  let compared = 0;
  for (const [at, recorded] of (one.answers[mode] ?? []).entries()) {
    const step = one.steps[at] as Step;
    if (step.do === 'create' && step.object['kind'] === 'InferenceService') last = nameOf(step);
    const answer = await asked(api, one, step, last);
    if (answer === undefined || recorded.response === undefined) continue;
    compare(one.name, answer, recorded, one.namespace);
    compared += 1;
    if (step.do === 'create' && step.object['kind'] === 'TrainedModel' && answer.status === 201) {
      await labelled(api, one, step);
    }
    if (recorded.mode !== undefined && last !== '') await reconciled(api, one, last, recorded.mode);
  }
  return compared;
}

function nameOf(step: Step): string {
  return (step.object['metadata'] as { name: string }).name;
}

/** The runtime that an installation of KServe has and that manifest 275 competes with. */
const sklearn = {
  apiVersion: 'serving.kserve.io/v1alpha1',
  kind: 'ClusterServingRuntime',
  metadata: { name: 'kserve-sklearnserver' },
  spec: {
    supportedModelFormats: [{ name: 'sklearn', version: '1', autoSelect: true, priority: 1 }],
    protocolVersions: ['v1', 'v2'],
    containers: [{ name: 'kserve-container', image: 'kserve/sklearnserver:v0.20.0' }],
  },
};

for (const [mode, deployment] of [
  ['standard', 'Standard'],
  ['knative', 'Knative'],
] as const) {
  test(`KServe’s admission in mode ${deployment}`, async t => {
    const api = await kserveApi(deployment);
    t.after(() => api.stop());
    const path = '/apis/serving.kserve.io/v1alpha1/clusterservingruntimes';
    assert.equal((await api.ask('POST', path, sklearn)).status, 201);
    let compared = 0;
    for (const one of cases)
      await t.test(one.name, async () => void (compared += await replay(api, one, mode)));
    assert.ok(compared >= 93, `${compared} answers compared`);
  });
}
