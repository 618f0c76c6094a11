import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { blocksOf, launcher, Running } from './platform.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-volume-'));
const { KUBECONFIG: _, ...inherited } = process.env;
const env = { ...inherited, DAVIT_DATA_DIR: join(scratch, 'data') };

interface Result {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function davit(line: string, input = '', more: NodeJS.ProcessEnv = {}): Result {
  const options = { env: { ...env, ...more }, input, encoding: 'utf8', cwd: scratch } as const;
  const { status, stdout, stderr } = spawnSync(launcher, line.split(' '), options);
  return { status, out: stdout, err: stderr };
}

const claim = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: ${name}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}${more}}\n---\n`;

suite('davit volume, against davit up', () => {
  const home = 'kubeflow-user-example-com';
  let platform: Running;

  before(async () => {
    const { services, pods } = blocksOf(101);
    const words = ['--port', '0', '--gateway-port', '0', '--service-addresses', services];
    platform = new Running(['up', ...words, '--pod-addresses', pods, '--grace', '1s'], env);
    await platform.says(/the Kubernetes API is up/);
    const claims = claim('models') + claim('waits', ', storageClassName: ""');
    assert.equal(davit('apply -f -', claims).status, 0);
    const bound = davit('wait --for=jsonpath={.status.phase}=Bound pvc/models --timeout=60s');
    assert.equal(bound.status, 0, bound.err);
  });

  after(async () => {
    await platform.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  test('a file and a folder go in, are listed, and come back', () => {
    mkdirSync(join(scratch, 'iris'));
    writeFileSync(join(scratch, 'iris', 'model.joblib'), 'weights');
    assert.deepEqual(davit('volume cp iris/model.joblib models:one/'), {
      status: 0,
      out: `1 file, 7 B, copied to ${home}/models:one/model.joblib\nstorageUri: pvc://models/one/model.joblib\n`,
      err: '',
    });
    const folder = davit(`volume cp iris ${home}/models: -n default`);
    assert.match(folder.out, /^1 file, 7 B, copied to \S+\/models:iris\nstorageUri: pvc:\/\/models\/iris\n$/);
    assert.match(davit('volume ls').out, /^NAME .*\nmodels +Bound +1Gi +2 +14 B +\S+\nwaits +Pending/);
    assert.match(davit('volume ls models:').out, /^NAME .*\niris\/ .*\none\/ /);
    assert.match(davit('volume ls models:iris').out, /\nmodel\.joblib +7 B +\d{4}-\d\d-\d\dT[\d:]+Z\n$/);
    assert.equal(davit('volume cp models:one/model.joblib back.joblib').status, 0);
    assert.equal(readFileSync(join(scratch, 'back.joblib'), 'utf8'), 'weights');
    assert.equal(davit('volume cp models: all').status, 0);
    assert.equal(readFileSync(join(scratch, 'all', 'iris', 'model.joblib'), 'utf8'), 'weights');
    assert.equal(davit('volume cp models: .').status, 0);
    assert.equal(readFileSync(join(scratch, 'models', 'one', 'model.joblib'), 'utf8'), 'weights');
  });

  test('what is not there is told with what is', () => {
    const wrong = davit('volume cp iris modles:');
    assert.deepEqual(wrong, {
      status: 1,
      out: '',
      err: `error: there is no claim "modles" in the namespace ${home}: it has models, waits; did you mean "models"?\n`,
    });
    assert.match(
      davit('volume ls models:nope').err,
      /^error: there is no \S+models:nope; the volume has iris\/, one\/\n$/,
    );
    assert.match(
      davit('volume cp iris waits:').err,
      /^error: the claim \S+\/waits is Pending, expected Bound/,
    );
    assert.match(davit('volume cp nope models:').err, /^error: there is no nope\n$/);
    assert.match(davit('volume cp iris one').err, /^error: found no claim in "iris" and "one"/);
    assert.match(davit('volume cpp').err, /^error: found "cpp", expected ls or cp; did you mean "cp"\?\n$/);
  });

  test('nothing is written or read outside of the volume', () => {
    const volume = davit('volume ls --json');
    const [{ folder }] = JSON.parse(volume.out) as [{ folder: string }];
    symlinkSync(scratch, join(folder, 'out'));
    for (const line of [
      'cp iris models:../',
      'cp iris models:out/',
      'cp models:out/iris .',
      'ls models:out',
      'ls models:/',
    ]) {
      const refused = davit(`volume ${line}`);
      assert.equal(refused.status, 1, line);
      assert.match(
        refused.err,
        /^error: \S+models:\S*: .*(expected one in the volume|leads out of the volume)/,
        line,
      );
    }
    const whole = davit('volume cp models: copy');
    assert.match(whole.err, /is a link that leads out of the volume/);
    rmSync(join(folder, 'out'));
  });

  test('a folder that Davit has not made is left alone, whatever the API says of it', () => {
    const foreign = join(scratch, 'foreign');
    mkdirSync(foreign);
    const volume = `apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: foreign}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: ${foreign}}}\n---\n`;
    assert.equal(davit('apply -f -', volume).status, 0);
    assert.equal(davit('wait --for=jsonpath={.status.phase}=Bound pvc/waits --timeout=60s').status, 0);
    const refused = davit('volume cp iris waits:');
    assert.match(
      refused.err,
      /^error: the volume of the claim \S+\/waits is \S+\/foreign, expected a folder in/,
    );
    const kubeconfig = join(scratch, 'data', 'kubeconfig');
    const elsewhere = { DAVIT_DATA_DIR: join(scratch, 'other'), KUBECONFIG: kubeconfig };
    assert.match(davit('volume ls models:', '', elsewhere).out, /\niris\/ /);
  });

  test('who may not read claims may not copy', () => {
    const kubeconfig = join(scratch, 'data', 'parts', 'gateway.kubeconfig');
    const refused = davit(`volume cp iris models: -n ${home} --kubeconfig ${kubeconfig}`);
    assert.equal(refused.status, 1);
    assert.match(
      refused.err,
      /^Error from server \(Forbidden\): persistentvolumeclaims "models" is forbidden/,
    );
  });
});
