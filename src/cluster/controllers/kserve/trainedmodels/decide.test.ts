import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { InferenceService } from '../shapes.ts';
import { decide, type Decision, type Family, type Fate } from './decide.ts';
import type { ModelReport, PodReport } from './reports.ts';
import type { TrainedModel } from './shapes.ts';

const time = '2026-01-02T03:04:05Z';
const now = Date.parse(time);

function parent(predictor: object, ready = true): InferenceService {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'p', namespace: 'n' },
    spec: { predictor } as InferenceService['spec'],
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      url: 'http://p.example.com',
      address: { url: 'http://p.n.svc.cluster.local' },
    },
  };
}

const roomy = { modelFormat: { name: 'sklearn' }, resources: { limits: { memory: '1Gi' } } };
const several = parent({ model: roomy });

function model(name: string, memory = '256Mi', metadata: object = {}): TrainedModel {
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'TrainedModel',
    metadata: { name, namespace: 'n', creationTimestamp: `2026-01-01T00:00:0${name.length}Z`, ...metadata },
    spec: { inferenceService: 'p', model: { storageUri: `gs://b/${name}`, framework: 'sklearn', memory } },
  };
}

function decided(models: readonly TrainedModel[], more: Partial<Family> = {}): Decision {
  return decide({ namespace: 'n', name: 'p', parent: several, models, list: '[]', now, ...more });
}

function said({ status }: Fate): string[] {
  return (status.conditions ?? []).map(
    one => `${one.type}=${one.status}${one.reason ? ` ${one.reason}` : ''}`,
  );
}

const entry = (name: string): object => ({
  modelName: name,
  modelSpec: { storageUri: `gs://b/${name}`, framework: 'sklearn', memory: '256Mi' },
});

test('a model of a server that is ready is listed, held, placed, and has an address', () => {
  const { fates, list, leaving } = decided([model('b'), model('a')]);
  assert.deepEqual(leaving, []);
  assert.equal(list, JSON.stringify([entry('a'), entry('b')]));
  const [first] = fates as [Fate];
  assert.deepEqual(said(first), [
    'InferenceServiceReady=True',
    'IsMMSPredictor=True',
    'MemoryResourceAvailable=True',
    'Ready=True',
  ]);
  assert.deepEqual(first.labels, {
    inferenceservice: 'p',
    'serving.kserve.io/trainedmodel-allocated': 'p',
  });
  assert.deepEqual(first.finalizers, ['trainedmodel.finalizer']);
  assert.equal(first.status.url, 'http://p.example.com/v1/models/a:predict');
  assert.deepEqual(first.status.address, { url: 'http://p.n.svc.cluster.local/v1/models/a:predict' });
});

test('what a model waits for is in its conditions', () => {
  const rows: readonly (readonly [family: Partial<Family>, conditions: readonly string[]])[] = [
    [
      { parent: parent({ model: roomy }, false) },
      [
        'InferenceServiceReady=False InferenceServiceNotReady',
        'IsMMSPredictor=True',
        'MemoryResourceAvailable=True',
        'Ready=False InferenceServiceNotReady',
      ],
    ],
    [
      { parent: parent({ model: { ...roomy, storageUri: 'gs://b/x' } }) },
      [
        'InferenceServiceReady=True',
        'IsMMSPredictor=False IsNotMMSPredictor',
        'MemoryResourceAvailable=True',
        'Ready=False IsNotMMSPredictor',
      ],
    ],
    [
      { parent: parent({ model: { modelFormat: { name: 'sklearn' } } }) },
      [
        'InferenceServiceReady=True',
        'IsMMSPredictor=True',
        'MemoryResourceAvailable=False MemoryResourceNotAvailable',
        'Ready=False MemoryResourceNotAvailable',
      ],
    ],
    [
      { parent: undefined },
      ['InferenceServiceReady=False InferenceServiceNotFound', 'Ready=False InferenceServiceNotFound'],
    ],
  ];
  for (const [family, conditions] of rows) {
    const { fates, list } = decided([model('a')], family);
    assert.deepEqual(said((fates as [Fate])[0]), conditions);
    assert.equal(list, family.parent === undefined ? undefined : '[]');
  }
});

test('memory is given to those that have it, then to the oldest; who finds none does not keep the rest from it', () => {
  const has = { labels: { 'serving.kserve.io/trainedmodel-allocated': 'p' } };
  const { list } = decided([
    model('dddd', '512Mi', has),
    model('a', '512Mi'),
    model('bb', '64Mi'),
    model('ccc', '0'),
  ]);
  const names = (JSON.parse(list ?? '') as { modelName: string }[]).map(one => one.modelName);
  assert.deepEqual(names, ['a', 'ccc', 'dddd']);
});

test('a server that is not ready for a while keeps its models', () => {
  const unready = parent({ model: roomy }, false);
  const { list } = decided([model('a'), model('b')], { parent: unready, list: JSON.stringify([entry('a')]) });
  assert.equal(list, JSON.stringify([entry('a')]));
});

test('who is deleted is let go, whether the server is there or not', () => {
  const gone = model('a', '1Mi', { deletionTimestamp: time, finalizers: ['trainedmodel.finalizer'] });
  const list = JSON.stringify([entry('a')]);
  assert.deepEqual(decided([gone], { list }), { fates: [], leaving: [gone], list: '[]' });
  const alone = decided([gone], { parent: undefined, list: undefined });
  assert.deepEqual(alone, { fates: [], leaving: [gone], list: undefined });
});

test('nothing changes where nothing is to be done', () => {
  const [first] = decided([model('a')]).fates as [Fate];
  const settled: TrainedModel = {
    ...first.model,
    metadata: { ...first.model.metadata, labels: first.labels, finalizers: first.finalizers },
    status: first.status,
  };
  const { fates } = decided([settled], { now: now + 60_000, list: JSON.stringify([entry('a')]) });
  assert.deepEqual(fates, [{ ...first, model: settled }]);
});

test('the path is that of the server’s protocol', () => {
  const v2 = parent({ model: { ...roomy, protocolVersion: 'v2' } });
  const [fate] = decided([model('a')], { parent: v2 }).fates as [Fate];
  assert.equal(fate.status.url, 'http://p.example.com/v2/models/a/infer');
});

test('where pods tell how far they are, a model is ready once all of them have loaded it as it is now', () => {
  const of = (uri: string): string => createHash('sha256').update(uri).digest('hex');
  const report = (state: ModelReport['state'], uri = 'gs://b/a', reason?: string): ModelReport => ({
    name: 'a',
    of: of(uri),
    state,
    ...(reason !== undefined && { reason }),
  });
  const rows: readonly (readonly [reports: PodReport[], ready: string, message?: string])[] = [
    [[], 'Ready=True'],
    [[[report('Loaded')]], 'Ready=True'],
    [[[report('Loaded')], [report('Loading')]], 'Ready=False ModelLoading'],
    [[[report('Loaded')], []], 'Ready=False ModelLoading'],
    // Who has not answered may be loading it still.
    [['silent'], 'Ready=False ModelLoading'],
    [[[report('Loaded')], 'silent'], 'Ready=False ModelLoading'],
    [['silent', [report('Failed', 'gs://b/a', 'no such bucket')]], 'Ready=False ModelLoadFailed'],
    // What it was before says nothing of what it is to be.
    [[[report('Loaded', 'gs://b/old')]], 'Ready=False ModelLoading'],
    [[[report('Failed', 'gs://b/old', 'no such bucket')]], 'Ready=False ModelLoading'],
    [
      [[report('Loaded')], [report('Failed', 'gs://b/a', 'no such bucket')]],
      'Ready=False ModelLoadFailed',
      'no such bucket',
    ],
  ];
  for (const [reports, ready, message] of rows) {
    const [fate] = decided([model('a')], { reports }).fates as [Fate];
    assert.equal(said(fate).at(-1), ready);
    if (message !== undefined) assert.equal(fate.status.conditions?.at(-1)?.message, message);
  }
  // Whoever has no place is not asked about.
  const [large] = decided([model('a', '2Gi')], { reports: [[]] }).fates as [Fate];
  assert.deepEqual(
    [said(large).at(-1), large.progress],
    ['Ready=False MemoryResourceNotAvailable', undefined],
  );
});

test('a pod that does not answer changes nothing of what was said of a model', () => {
  const of = createHash('sha256').update('gs://b/a').digest('hex');
  const states: readonly (readonly [state: ModelReport['state'], ready: string])[] = [
    ['Loaded', 'Ready=True'],
    ['Loading', 'Ready=False ModelLoading'],
    ['Failed', 'Ready=False ModelLoadFailed'],
  ];
  for (const [state, ready] of states) {
    const [before] = decided([model('a')], { reports: [[{ name: 'a', of, state, reason: 'why' }]] })
      .fates as [Fate];
    const settled = { ...before.model, status: before.status };
    const [fate] = decided([settled], { reports: ['silent'], now: now + 60_000 }).fates as [Fate];
    assert.deepEqual([said(fate).at(-1), fate.status, fate.progress], [ready, before.status, 'Unknown']);
  }
  // That its server was not ready says nothing of how far it is now that it is.
  const [waiting] = decided([model('a')], { parent: parent({ model: roomy }, false) }).fates as [Fate];
  const settled = { ...waiting.model, status: waiting.status };
  const [fate] = decided([settled], { reports: ['silent'] }).fates as [Fate];
  assert.equal(said(fate).at(-1), 'Ready=False ModelLoading');
});
