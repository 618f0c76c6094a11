import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Detached } from '../../base/detached/index.ts';
import { playOf, repositoryOf } from './images.ts';
import { OutputKeeper, partsOf } from './output.ts';
import { onThisMachine } from './paths.ts';
import { Runner } from './runner.ts';
import { wordsOf } from './words.ts';

test('an image is known by its repository', () => {
  for (const [image, repository] of [
    ['kserve/sklearnserver:v0.20.0', 'kserve/sklearnserver'],
    ['docker.io/seldonio/mlserver:1.7.1', 'seldonio/mlserver'],
    ['localhost:5000/a/b@sha256:0123', 'a/b'],
    ['nginx', 'nginx'],
    ['registry.example.com:5000/x/y:1@sha256:0', 'x/y'],
  ] as const) {
    assert.equal(repositoryOf(image), repository);
  }
});

test('what a container is run as', () => {
  const rows = [
    [{ image: 'kserve/sklearnserver:v0.20.0' }, false, 'model-server'],
    [{ image: 'docker.io/seldonio/mlserver:1.7.1' }, false, 'model-server'],
    [{ image: 'kserve/storage-initializer:v0.20.0' }, false, 'storage-initializer'],
    [{ image: 'knative-queue-proxy:v0.48.1' }, false, 'queue-proxy'],
    [{ image: 'gcr.io/knative-releases/knative.dev/serving/cmd/queue@sha256:1' }, false, 'queue-proxy'],
    [{ image: 'kserve/agent:v0.20.0' }, false, 'agent'],
    [{ image: 'busybox', command: ['sleep', '1'] }, true, 'host'],
    [{ image: 'kserve/sklearnserver:v0.20.0', command: ['python'] }, true, 'host'],
  ] as const;
  for (const [container, allowed, expected] of rows) {
    const play = playOf(container, allowed);
    assert.equal(play.how === 'davit' ? play.role : play.how, expected, container.image);
  }
});

test('what cannot be run says why, and what would help', () => {
  const whyOf = (container: Parameters<typeof playOf>[0], allowed = false): string => {
    const play = playOf(container, allowed);
    return play.how === 'refused' ? play.why : 'played';
  };
  assert.match(whyOf({ image: 'tensorflow/serving:2.6.2' }), /does not serve TensorFlow SavedModels yet/);
  assert.match(whyOf({ image: 'busybox', command: ['sleep'] }), /davit up with --allow-host-processes/);
  assert.match(whyOf({ image: 'nginx' }, true), /this one has none/);
});

test('paths of mounts are replaced where a path stands', () => {
  const mounts = [
    { at: '/mnt/models', source: '/data/v/models' },
    { at: '/mnt/models/extra', source: '/data/v/extra' },
    { at: '/etc/a.b/', source: '/data/v/ab' },
  ];
  for (const [text, expected] of [
    ['/mnt/models', '/data/v/models'],
    ['--model_dir=/mnt/models/1', '--model_dir=/data/v/models/1'],
    ['/mnt/models/extra/x', '/data/v/extra/x'],
    ['/mnt/models-old /mnt/models.bak', '/mnt/models-old /mnt/models.bak'],
    ['file:///mnt/models', 'file:///data/v/models'],
    ['https://host/mnt/models', 'https://host/mnt/models'],
    ['/other/mnt/models', '/other/mnt/models'],
    ['cat "/mnt/models"; ls /etc/a.b /etc/axb', 'cat "/data/v/models"; ls /data/v/ab /etc/axb'],
    ['/mnt/models:/etc/a.b', '/data/v/models:/data/v/ab'],
  ] as const) {
    assert.equal(onThisMachine(text, mounts), expected);
  }
});

test('a model server is started as the original was', () => {
  const args = ['--model_name=iris', '--model_dir=/m', '--http_port=8080'];
  const environment = { MLSERVER_MODEL_NAME: 'iris', MLSERVER_MODEL_URI: '/m', MLSERVER_HTTP_PORT: '8085' };
  const started = { args, environment, address: '127.80.0.2' };
  assert.deepEqual(wordsOf('model-server', 'arguments', started), ['serve', ...args, '--host', '127.80.0.2']);
  assert.deepEqual(wordsOf('model-server', 'mlserver', started), [
    'serve',
    '--model_name=iris',
    '--model_dir=/m',
    '--http_port=8085',
    '--host',
    '127.80.0.2',
  ]);
  for (const word of ['false', 'False', '0', 'off']) {
    const later = { ...started, environment: { ...environment, MLSERVER_LOAD_MODELS_AT_STARTUP: word } };
    const words = ['serve', '--http_port=8085', '--host', '127.80.0.2'];
    assert.deepEqual(wordsOf('model-server', 'mlserver', later), words, word);
  }
  const MLSERVER_MODEL_REPOSITORY_ROOT = '/m';
  const rooted = { MLSERVER_MODEL_REPOSITORY_ROOT, MLSERVER_LOAD_MODELS_AT_STARTUP: 'false' };
  const words = wordsOf('model-server', 'mlserver', { ...started, environment: rooted });
  assert.deepEqual(words.slice(0, 3), ['serve', '--model-repository=/m', '--http_port=8080']);
});

test('an output is marked with times and rotated; positions go on over files', () => {
  const record = mkdtempSync(join(tmpdir(), 'davit-output-'));
  const log = join(record, 'log');
  let now = 1000;
  const keeper = new OutputKeeper(
    () => record,
    () => now,
    { fileBytes: 10, files: 3 },
  );
  for (const text of ['one\n', 'two\n', 'three\n', 'four\n', 'fivefivefive\n', 'six\n']) {
    appendFileSync(log, text);
    now += 10;
    keeper.note();
  }
  const parts = partsOf(record);
  assert.deepEqual(
    parts.map(({ path, start, marks }) => [readFileSync(path, 'utf8'), start, marks]),
    [
      [
        'one\ntwo\nthree\n',
        0,
        [
          { offset: 0, time: 1010 },
          { offset: 4, time: 1020 },
          { offset: 8, time: 1030 },
        ],
      ],
      [
        'four\nfivefivefive\n',
        14,
        [
          { offset: 0, time: 1040 },
          { offset: 5, time: 1050 },
        ],
      ],
      ['six\n', 32, [{ offset: 0, time: 1060 }]],
    ],
  );
  appendFileSync(log, 'seven and more\n');
  keeper.note();
  assert.deepEqual(
    partsOf(record).map(({ start }) => start),
    [14, 32, 51],
  );
  rmSync(record, { recursive: true });
  // Who follows the log of a run that is not kept any more finds that it has ended.
  assert.deepEqual(partsOf(record), []);
});

for (const next of ['taken up', 'started again'] as const) {
  test(`a process whose starter was killed before it had noted it is ended when its container is ${next}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'davit-runner-'));
    const record = join(folder, '0');
    mkdirSync(record);
    const environment = { PATH: process.env['PATH'] ?? '' };
    const command = { argv: ['sleep', '1000'], folder: '/', environment, input: 'none' } as const;
    const left = (await Detached.start({ record, ...command })).process;
    const pid = join(record, 'pid');
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    const runner = new Runner({
      folder: join(folder, 'spares'),
      program: [],
      environment,
      warm: false,
      now: Date.now,
      onError: (_, error) => assert.fail(String(error)),
    });
    if (next === 'taken up') assert.equal(runner.adopt(record), undefined);
    else {
      const request = { record, start: { host: ['true'] }, number: 0, image: 'x', folder: '/', mounts: [] };
      await runner.start({ ...request, environment, memory: undefined, input: false });
    }
    await left.ended;
    await runner.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}
