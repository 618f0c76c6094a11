import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { blocksOf, davit, Running } from './platform.ts';
import { iris, root } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-parts-'));
const data = join(folder, 'data');
const env = { ...process.env, DAVIT_DATA_DIR: data, KUBECONFIG: '', DAVIT_LOG_FORMAT: 'json', NO_COLOR: '1' };
const blocks = blocksOf(133);
const file = join(folder, 'service.yaml');
const input = join(root, 'examples', 'iris', 'iris-input.json');

/** A part as a person starts it: with a kubeconfig of its own, and nothing else from `davit up`. */
function part(name: string, ...words: string[]): Running {
  const kubeconfig = join(data, 'parts', `${name}.kubeconfig`);
  return new Running([name, '--kubeconfig', kubeconfig, '--data-dir', data, ...words], env);
}

suite('the parts of davit up as separate processes over HTTPS', () => {
  const running: Running[] = [];
  let host: Running;
  let gateway: Running;

  function started<T extends Running>(process: T): T {
    running.push(process);
    return process;
  }

  before(async () => {
    const help = await davit(env, 'gateway', '--help');
    const open = help.includes('--no-auth') ? ['--no-auth'] : [];
    copyFileSync(iris, join(folder, 'model.joblib'));
    writeFileSync(
      file,
      `{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: iris},
        spec: {predictor: {sklearn: {protocolVersion: v2, storageUri: ./model.joblib}}}}`,
    );
    const api = started(
      new Running(['up', '--api-only', '--port', '0', '--service-addresses', blocks.services, ...open], env),
    );
    await api.says(/the Kubernetes API is up/);
    host = started(part('host', '--pod-addresses', blocks.pods));
    gateway = started(part('gateway', '--gateway-port', '0', ...open));
    await gateway.says(/the gateway is up/);
  });

  after(async () => {
    await Promise.all(running.map(each => each.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  test('host and gateway learn from the API what there is to run, and where requests go', async () => {
    await davit(env, 'apply', '-f', file);
    await davit(env, 'wait', 'isvc/iris', '--for=condition=Ready', '--timeout=120s');
    const answer = JSON.parse(await davit(env, 'predict', 'iris', '-f', input)) as {
      readonly outputs: readonly { readonly data: readonly number[] }[];
    };
    assert.deepEqual(answer.outputs[0]?.data, [1, 1]);
  });

  test('a host that comes back ends the pods that it left running, once they are deleted', async () => {
    const pod = async (): Promise<string> =>
      davit(env, 'get', 'pods', '-o', 'jsonpath={.items[0].status.containerStatuses[0].containerID}');
    const first = await pod();
    await host.stop('SIGKILL');
    host = started(part('host', '--pod-addresses', blocks.pods));
    await davit(env, 'delete', '-f', file);
    await davit(env, 'wait', 'pods', '--all', '--for=delete', '--timeout=120s');
    assert.match(first, /^davit:/);
  });
});
