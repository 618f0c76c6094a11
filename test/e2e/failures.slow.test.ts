import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Cluster } from './cluster.ts';
import type { Running } from './platform.ts';

/** A program of this name is a container engine that works, until it is asked for something. */
const tools = mkdtempSync(join(tmpdir(), 'davit-failures-'));
writeFileSync(join(tools, 'podman'), '#!/bin/sh\necho "no registry here" >&2\nexit 125\n', { mode: 0o755 });
process.env['PATH'] = `${tools}${delimiter}${process.env['PATH'] ?? ''}`;

const cluster = new Cluster(117);
const { folder } = cluster;
const garbage = join(folder, 'garbage.joblib');
writeFileSync(garbage, 'this is no model');

/** A server that takes every request and answers none. */
const silent: Server = createServer(socket => void sockets.add(socket));
const sockets = new Set<Socket>();

interface Row {
  /** Of the predictor. */
  readonly spec: object | (() => object);
  readonly reason: string;
  readonly message: RegExp;
}

function own(command: readonly string[], more: object = {}): object {
  return { containers: [{ name: 'kserve-container', image: 'mine', command, ...more }] };
}

function sklearn(storageUri: string): object {
  return { sklearn: { storageUri } };
}

const hungry = 'const all = []; for (;;) all.push(Buffer.alloc(4 * 2 ** 20, 1));';

/** What an InferenceService says that cannot be served, by its name. */
const rows: Readonly<Record<string, Row>> = {
  garbage: {
    spec: sklearn(`file://${garbage}`),
    reason: 'ModelLoadFailed',
    message: /the file starts with the bytes .* which looks like text; expected a pickle/,
  },
  missing: {
    spec: sklearn('file:///nowhere/model.joblib'),
    reason: 'ModelLoadFailed',
    message: /\/nowhere\/model\.joblib/,
  },
  refusing: {
    spec: sklearn('http://127.0.0.1:1/model.joblib'),
    reason: 'ModelLoadFailed',
    message: /127\.0\.0\.1:1/,
  },
  unknown: {
    spec: { model: { modelFormat: { name: 'nothing-known' }, storageUri: 'file:///models' } },
    reason: 'NoSupportingRuntime',
    message: /No runtime found to support specified framework/,
  },
  tensorflow: {
    spec: { tensorflow: { storageUri: `file://${garbage}` } },
    reason: 'RuntimeUnhealthy',
    message: /this version of Davit does not serve TensorFlow SavedModels yet/,
  },
  triton: {
    spec: { triton: { storageUri: `file://${garbage}` } },
    reason: 'RuntimeUnhealthy',
    message: /this version of Davit does not serve model repositories of Triton yet/,
  },
  onnx: {
    spec: { onnx: { storageUri: `file://${garbage}` } },
    reason: 'RuntimeUnhealthy',
    message: /this version of Davit does not serve model repositories of Triton yet/,
  },
  pytorch: {
    spec: { pytorch: { storageUri: `file://${garbage}` } },
    reason: 'RuntimeUnhealthy',
    message: /this version of Davit does not serve PyTorch models of TorchServe yet/,
  },
  hungry: {
    spec: own([process.execPath, '-e', hungry], {
      resources: { requests: { memory: '96Mi' }, limits: { memory: '96Mi' } },
    }),
    reason: 'ModelLoadFailed',
    message: /OOMKilled/,
  },
  silent: {
    spec: () => sklearn(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/model.joblib`),
    reason: 'RuntimeUnhealthy',
    message: /^storage-initializer: still runs 20 s after its start; kubectl logs silent-/,
  },
  stalled: {
    spec: own(['sleep', '1000']),
    reason: 'RuntimeUnhealthy',
    message: /: is still not ready 20 s after its start; kubectl logs stalled-/,
  },
  crashing: {
    spec: own(['sh', '-c', 'echo "the weights are of another world" >/dev/termination-log; exit 3']),
    reason: 'ModelLoadFailed',
    message: /the weights are of another world/,
  },
};

function yamlOf(name: string, spec: object, mode: string): string {
  return JSON.stringify({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name, annotations: { 'serving.kserve.io/deploymentMode': mode } },
    spec: { predictor: spec },
  });
}

interface Service {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly modelStatus?: {
      readonly lastFailureInfo?: { readonly reason?: string; readonly message?: string };
    };
  };
}

suite('an InferenceService that cannot be served says why within seconds', () => {
  let up: Running;
  before(async () => {
    silent.listen(0, '127.0.0.1');
    up = cluster.up('--allow-host-processes');
    await up.says(/the gateway is up/);
  });
  after(async () => {
    silent.close();
    for (const socket of sockets) socket.destroy();
    await up.stop();
    cluster.remove();
    rmSync(tools, { recursive: true, force: true });
  });

  for (const mode of ['Standard', 'Knative']) {
    const wanted = Object.entries(rows).map(([name, row]) => ({
      name: `${name}-${mode.toLowerCase()}`,
      row,
    }));

    test(`all of them at once, in ${mode} mode`, async () => {
      const files = join(folder, mode);
      mkdirSync(files);
      for (const { name, row } of wanted) {
        const spec = typeof row.spec === 'function' ? (row.spec as () => object)() : row.spec;
        writeFileSync(join(files, `${name}.json`), yamlOf(name, spec, mode));
      }
      const applied = await cluster.davit('apply', '-f', files);
      assert.equal(applied.status, 0, applied.err);
    });

    for (const { name, row } of wanted) {
      test(name, async () => {
        const reason = `--for=jsonpath={.status.modelStatus.lastFailureInfo.reason}=${row.reason}`;
        const waited = await cluster.davit('wait', `isvc/${name}`, reason, '--timeout=60s');
        const { out } = await cluster.davit('get', 'isvc', name, '-o', 'json');
        assert.equal(waited.status, 0, `${waited.err} ${out}`);
        const { status } = JSON.parse(out) as Service;
        assert.match(status?.modelStatus?.lastFailureInfo?.message ?? '', row.message);
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        assert.notEqual(ready?.status, 'True');
      });
    }

    test(`nothing is left of them, in ${mode} mode`, async () => {
      const gone = await cluster.davit('delete', '-f', join(folder, mode));
      assert.equal(gone.status, 0, gone.err);
    });
  }
});
