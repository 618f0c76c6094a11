import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playOf } from '../images.ts';
import { complaintIn, findEngine } from './engine.ts';
import { type ContainerRequest, creation } from './request.ts';

const plain: ContainerRequest = {
  image: 'ubuntu',
  command: [],
  args: [],
  environment: {},
  mounts: [],
  folder: undefined,
  user: undefined,
  groups: [],
  memory: undefined,
  cpus: undefined,
  readOnlyRoot: false,
  noNewPrivileges: false,
  dropped: [],
  input: false,
  terminal: false,
};

const podman = {
  name: 'podman',
  environment: { HOME: '/home/me', STORAGECLASS: 'mine', PROXY: 'mine' },
} as const;

const made = (request: Partial<ContainerRequest>): ReturnType<typeof creation> =>
  creation('one', {}, { ...plain, ...request }, podman);

const wordsOf = (request: Partial<ContainerRequest>): readonly string[] => made(request).args;

/** What follows a flag, each time that it is given. */
const after = (words: readonly string[], flag: string): (string | undefined)[] =>
  words.flatMap((word, at) => (word === flag ? [words[at + 1]] : []));

test('a command stands in the place of the program of an image, arguments in the place of its own', () => {
  const behind = (words: readonly string[]): readonly string[] => words.slice(words.indexOf('--') + 1);
  const both = wordsOf({ command: ['sh', '-c'], args: ['exit 1'] });
  assert.deepEqual(after(both, '--entrypoint'), ['sh']);
  assert.deepEqual(behind(both), ['ubuntu', '-c', 'exit 1']);
  const args = wordsOf({ args: ['--port', '1'] });
  assert.deepEqual(after(args, '--entrypoint'), []);
  assert.deepEqual(behind(args), ['ubuntu', '--port', '1']);
});

test('values of variables stand on no command line, but for those that move the engine itself', () => {
  const { args, environment } = made({
    environment: { TOKEN: 'secret\nof two lines', PATH: '/bin', HTTPS_PROXY: 'x', LD_PRELOAD: 'y' },
  });
  assert.deepEqual(after(args, '--env'), ['TOKEN', 'PATH=/bin', 'HTTPS_PROXY=x', 'LD_PRELOAD=y']);
  assert.deepEqual(environment, { TOKEN: 'secret\nof two lines' });
});

test('no variable of the engine’s command gets into a container, whatever a container’s are called', () => {
  const given = {
    '*': '1',
    'H*': '2',
    'a.b': '3',
    STORAGECLASS: 'theirs',
    PROXY: '',
    OTEL_EXPORTER_OTLP_ENDPOINT: '4',
  };
  const { args, environment } = made({ environment: given });
  assert.deepEqual(
    after(args, '--env'),
    Object.entries(given).map(([name, value]) => `${name}=${value}`),
  );
  assert.deepEqual(environment, {});
  assert.ok(args.includes('--http-proxy=false'));
  assert.ok(
    !creation('one', {}, plain, { name: 'docker', environment: {} }).args.includes('--http-proxy=false'),
  );
});

test('mounts are lines of CSV', () => {
  const mounts = [
    { at: '/mnt/models', source: '/data/a,b "c"', readOnly: true },
    { at: '/tmp', source: '/data:1' },
  ];
  assert.deepEqual(after(wordsOf({ mounts }), '--mount'), [
    'type=bind,"source=/data/a,b ""c""",target=/mnt/models,readonly',
    'type=bind,source=/data:1,target=/tmp',
  ]);
});

test('limits, users and restrictions are the engine’s words for them', () => {
  const words = wordsOf({
    memory: 1000,
    cpus: 0.5,
    user: '1:2',
    groups: [3],
    dropped: ['ALL'],
    readOnlyRoot: true,
    input: true,
  }).join(' ');
  for (const part of [
    '--memory 1000 --memory-swap 1000',
    '--cpus 0.5',
    '--user 1:2',
    '--group-add 3',
    '--cap-drop ALL',
    '--read-only',
    '--interactive',
    '--network host',
  ]) {
    assert.ok(words.includes(part), part);
  }
  assert.doesNotMatch(words, /--tty|no-new-privileges/);
});

test('what an engine complains of is one line, without its own beginning', () => {
  for (const [printed, line] of [
    ['Trying to pull x...\nError: no such host\n', 'no such host'],
    ['Error response from daemon: pull access denied', 'pull access denied'],
    ['', 'it says nothing'],
    [`Error: ${'x'.repeat(5000)}`, 'x'.repeat(1024)],
  ] as const) {
    assert.equal(complaintIn(printed), line);
  }
});

test('an engine that is named has to be there; one that is not named need not', async () => {
  const environment = { PATH: '/nowhere' };
  assert.equal(await findEngine('auto', environment), undefined);
  assert.equal(await findEngine('none', { PATH: process.env['PATH'] ?? '' }), undefined);
  await assert.rejects(findEngine('docker', environment), { code: 'container-engine-unusable' });
});

test('an engine runs what is not run otherwise, or, when it is named, all that is not Davit’s', () => {
  const howOf = (image: string, command: readonly string[], use: 'rest' | 'all', allowed = true): string =>
    playOf({ image, command }, allowed, use).how;
  assert.equal(howOf('kserve/sklearnserver:v0.20.0', [], 'all'), 'davit');
  assert.equal(howOf('kserve/sklearnserver:v0.20.0', ['python'], 'all'), 'engine');
  assert.equal(howOf('busybox', ['sleep'], 'rest'), 'host');
  assert.equal(howOf('busybox', ['sleep'], 'all'), 'engine');
  assert.equal(howOf('busybox', ['sleep'], 'rest', false), 'engine');
  assert.equal(howOf('nginx', [], 'rest'), 'engine');
});

test('a server of models that is not served yet is named, also where an engine works; who names the engine gets the image', () => {
  for (const image of [
    'tensorflow/serving:2.6.2',
    'nvcr.io/nvidia/tritonserver:23.05-py3',
    'kserve/router',
  ]) {
    for (const command of [[], ['server']]) {
      const play = playOf({ image, command }, true, 'rest');
      assert.equal(play.how, 'refused', image);
      assert.match(
        play.how === 'refused' ? play.why : '',
        /^this version of Davit does not serve [\w ]+ yet; davit up --container-engine podman, or docker, runs/,
      );
      assert.equal(playOf({ image, command }, false, 'all').how, 'engine', image);
    }
  }
});
