/**
 * Rolls the pods of an InferenceService again and again while requests come at a constant rate, 60 % of what was measured to be
 * possible, and none is tried again: `node test/durability/rolling/run.ts [--requests N] [--mode Knative|Standard] [--rate N]`. What
 * a busy machine can do changes meanwhile: `--rate` sends as many a second as it says.
 * Closing line: "N passed, N failed"; it fails when a request is lost, or no pod was rolled.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { blocksOf, davit, Running } from '../../e2e/platform.ts';
import { iris } from '../../e2e/program.ts';
import { arrivals, capacity, type Target } from './arrivals.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    mode: { type: 'string', default: 'Standard' },
    seconds: { type: 'string', default: '5' },
    rate: { type: 'string' },
  },
});
const share = 0.6;
const connections = 16;

const folder = mkdtempSync(join(tmpdir(), 'davit-rolling-'));
const env = {
  ...process.env,
  DAVIT_DATA_DIR: join(folder, 'data'),
  KUBECONFIG: '',
  DAVIT_LOG_FORMAT: 'json',
};
const blocks = blocksOf(135);
const file = join(folder, 'service.yaml');
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

/** Another number in the environment of the container makes other pods. */
function service(roll: number): string {
  return `{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService,
    metadata: {name: iris, annotations: {serving.kserve.io/deploymentMode: ${values.mode}}},
    spec: {predictor: {minReplicas: 2, sklearn: {storageUri: ./model.joblib, env: [{name: ROLL, value: "${roll}"}]}}}}`;
}

async function ready(): Promise<void> {
  await davit(env, 'wait', 'isvc/iris', '--for=condition=Ready', '--timeout=120s');
}

async function pods(): Promise<string> {
  const path = 'jsonpath={.items[*].metadata.name}';
  return davit(env, 'get', 'pods', '-l', 'serving.kserve.io/inferenceservice=iris', '-o', path);
}

/** Rolls the pods until a signal; resolves to how often none of the pods was one of before. */
async function rolling(signal: AbortSignal): Promise<number> {
  let rolls = 0;
  let before = (await pods()).split(' ');
  for (let number = 1; !signal.aborted; number++) {
    writeFileSync(file, service(number));
    await davit(env, 'apply', '-f', file);
    let now = before;
    while (!signal.aborted && now.some(name => before.includes(name))) now = (await pods()).split(' ');
    if (signal.aborted) break;
    await ready();
    before = now;
    rolls++;
  }
  return rolls;
}

function quantile(sorted: readonly number[], part: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
}

const up = new Running(
  [
    'up',
    '--port=0',
    '--gateway-port=0',
    `--service-addresses=${blocks.services}`,
    `--pod-addresses=${blocks.pods}`,
    ...((await davit(env, 'up', '--help')).includes('--no-auth') ? ['--no-auth'] : []),
  ],
  env,
);
let failed = 0;
try {
  const [, place = ''] = await up.says(/"the gateway is up[^\n]*"url":"http:\/\/([^"]+)"/);
  copyFileSync(iris, join(folder, 'model.joblib'));
  writeFileSync(file, service(0));
  await davit(env, 'apply', '-f', file);
  await ready();
  const url = await davit(env, 'get', 'isvc', 'iris', '-o', 'jsonpath={.status.url}');
  const [host = '', port] = place.split(':');
  const target: Target = {
    host,
    port: Number(port),
    path: '/v1/models/iris:predict',
    hostHeader: new URL(url).host,
    body: '{"instances": [[6.8, 2.8, 4.8, 1.4]]}',
    answer: '{"predictions":[1]}',
  };
  const possible = await capacity(target, connections, Number(values.seconds));
  const rate = values.rate === undefined ? possible * share : Number(values.rate);
  say(
    `${Math.round(possible)} answers a second are possible; ${Math.round(rate)} requests a second are sent`,
  );
  const stop = new AbortController();
  const rolls = rolling(stop.signal);
  const { sent, lost, delays } = await arrivals(target, rate, Number(values.requests));
  stop.abort();
  const count = await rolls;
  const sorted = delays.toSorted((a, b) => a - b);
  const missing = [...lost.values()].reduce((sum, one) => sum + one, 0);
  say(`${sent} requests, ${missing} lost, pods rolled ${count} times (${values.mode})`);
  say(
    `from due to answered: median ${quantile(sorted, 0.5)} ms, 99 % ${quantile(sorted, 0.99)} ms, longest ${quantile(sorted, 1)} ms`,
  );
  for (const [what, times] of lost) say(`  ${times} times: ${what}`);
  if (missing > 0) say(up.text.slice(-2000));
  if (missing > 0 || count === 0) failed = 1;
} catch (error) {
  say(String(error));
  say(up.text.slice(-2000));
  failed = 1;
} finally {
  await up.stop();
  rmSync(folder, { recursive: true, force: true });
}
say(`${1 - failed} passed, ${failed} failed`);
process.exit(failed);
