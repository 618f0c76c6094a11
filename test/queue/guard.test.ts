import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { openLog } from '../../src/app/logging.ts';
import { type CodedError } from '../../src/base/errors/index.ts';
import {
  createListener,
  defaultLimits,
  type Handler,
  type Listener,
  prepareHead,
} from '../../src/base/net/index.ts';
import { type Identity, issue } from '../../src/cluster/access/index.ts';
import { listenerFailure } from '../../src/cluster/apiserver/index.ts';
import { startKubeflowControllers } from '../../src/cluster/controllers/kubeflow/index.ts';
import { callersOf, ScopedAuthorizer, ServiceAuthorizer } from '../../src/edge/identity/policy/index.ts';
import { Guard, KubernetesReviews } from '../../src/serve/queue/index.ts';
import { Cluster } from '../apiserver/serving.ts';

const day = 86_400_000;
const services = 'serving.kserve.io/inferenceservices';
const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices/iris';
const rbac = 'rbac.authorization.k8s.io';
const folder = mkdtempSync(join(tmpdir(), 'davit-guard-'));

/** A Kubernetes API over a real socket, and a guard that asks it before a handler that tells what it was told. */
class World {
  #cluster!: Cluster;
  #api!: Listener;
  #controllers!: { stop(): Promise<void> };
  readonly #doors: Listener[] = [];
  readonly #authority: Identity;
  #port = 0;
  reviews = 0;

  constructor() {
    const span = { from: Date.now() - day, until: Date.now() + day };
    this.#authority = issue({ commonName: 'authority', use: 'authority', ...span });
  }

  async start(): Promise<void> {
    const callers = (namespace: string, name: string): ReturnType<typeof callersOf> | undefined => {
      const found = this.#cluster.store.get({ resource: services, namespace, name });
      return found && callersOf(found.object.metadata.annotations);
    };
    this.#cluster = await Cluster.open('10.96.0.0/28', {
      authorizing: roles => new ScopedAuthorizer(new ServiceAuthorizer(roles, callers)),
      onAnswered: ({ info }) => void (info.resource.endsWith('reviews') && this.reviews++),
    });
    this.#controllers = await startKubeflowControllers({
      transport: this.#cluster.api.transport({ name: 'davit', groups: ['system:masters'] }, 'tests/1'),
      now: Date.now,
      onError: (_, __, error) => assert.fail(String(error)),
    });
    await this.listen();
    writeFileSync(join(folder, 'ca.crt'), this.#authority.certificate);
    for (const name of ['pod', 'viewer', 'other']) await this.make(this.#accounts, account(name));
    writeFileSync(join(folder, 'token'), await this.token('pod'));
    await this.make(this.#bindings, binding('viewers', 'kubeflow-view', 'viewer'));
    const annotations = { 'davit.dev/direct-access': 'authorized', 'davit.dev/public-paths': '/v2/open' };
    await this.make('/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices', {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name: 'iris', annotations },
      spec: { predictor: { sklearn: { storageUri: 'file:///x' } } },
    });
    await this.#until('the pods may ask', `${this.#bindings}/davit-direct-access`, 200);
  }

  readonly #accounts = '/api/v1/namespaces/default/serviceaccounts';
  readonly #bindings = `/apis/${rbac}/v1/namespaces/default/rolebindings`;

  async #until(what: string, at: string, status: number): Promise<void> {
    const end = Date.now() + 10_000;
    while ((await this.#cluster.ask('GET', at)).status !== status) {
      if (Date.now() > end) throw new Error(`it never was: ${what}`);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  async listen(): Promise<void> {
    const span = { from: Date.now() - day, until: Date.now() + day };
    const server = issue(
      { commonName: 'server', hosts: ['127.0.0.1'], use: 'server', ...span },
      this.#authority,
    );
    const describe = (error: CodedError): ReturnType<typeof listenerFailure> => listenerFailure(error, 1e6);
    this.#api = createListener({ limits: defaultLimits, describe }, this.#cluster.api.handler);
    const secure = { ...server, authorities: [this.#authority.certificate] };
    ({ port: this.#port } = await this.#api.listen({ host: '127.0.0.1', port: this.#port }, secure));
  }

  /** The API is away. */
  async cut(): Promise<void> {
    await this.#api.drain(0);
  }

  async make(at: string, body: object): Promise<void> {
    const { status, text } = await this.#cluster.ask('POST', at, { body });
    assert.equal(status, 201, text);
  }

  async bind(role: string, name: string): Promise<() => Promise<void>> {
    await this.make(this.#bindings, binding(`${role}-${name}`, role, name));
    return async () => void (await this.#cluster.ask('DELETE', `${this.#bindings}/${role}-${name}`));
  }

  async annotate(annotations: Readonly<Record<string, string | null>>): Promise<void> {
    const body = { metadata: { annotations } };
    const { status, text } = await this.#cluster.ask('PATCH', path, {
      body,
      type: 'application/merge-patch+json',
    });
    assert.equal(status, 200, text);
  }

  async token(name: string, audience?: string): Promise<string> {
    const spec = audience === undefined ? {} : { audiences: [audience] };
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
    const answered = await this.#cluster.ask('POST', `${this.#accounts}/${name}/token`, { body });
    return answered.body.status.token;
  }

  async forget(name: string): Promise<void> {
    await this.#cluster.ask('DELETE', `${this.#accounts}/${name}`);
  }

  /** A guarded door; gives its port. */
  async door({
    keeps = false,
    probes = false,
    service = 'iris',
    now = (): number => performance.now(),
  } = {}): Promise<number> {
    const guard = new Guard({
      reviews: new KubernetesReviews(
        {
          server: `https://127.0.0.1:${this.#port}`,
          tokenFile: join(folder, 'token'),
          authorityFile: join(folder, 'ca.crt'),
          namespace: 'default',
          service,
        },
        () => performance.now(),
      ),
      open: ['/healthz', '/v2/health/ready'],
      keeps,
      service: `default/${service}`,
      log: openLog({ logLevel: 'error', logFormat: 'json' }, false),
      now,
    });
    const listener = createListener(
      { describe: () => ({ fields: [], body: '' }) },
      guard.before(echo, probes),
    );
    this.#doors.push(listener);
    return (await listener.listen({ host: '127.0.0.1', port: 0 })).port;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#doors.map(door => door.close()));
    await this.#controllers.stop();
    await this.cut();
    await this.#cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers with the fields that it was sent, and the body. */
const echo: Handler = (_method, _target, head, body, sink) => {
  const told = {
    fields: head.fields?.() ?? [],
    user: head.header('kubeflow-userid'),
    body: Buffer.from(body).toString(),
  };
  sink.send(prepareHead(200, [['Content-Type', 'application/json']]), Buffer.from(JSON.stringify(told)));
};

function account(name: string): object {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
}

function binding(name: string, role: string, to: string): object {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', name: to, namespace: 'default' }],
  };
}

interface Answered {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

type Fields = readonly (readonly [string, string])[];

/** One request over a socket of its own; fields as they are given, several of a name included. */
async function ask(
  port: number,
  target: string,
  fields: Fields = [],
  method = 'GET',
  body = '',
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const headers = [...fields.flat(), 'Host', 'x', 'Content-Length', String(body.length)];
  const sent = request({ host: '127.0.0.1', port, path: target, method, headers, agent: false }, response => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, fields: response.headers, text }));
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const bearer = (token: string): Fields => [['Authorization', `Bearer ${token}`]];

const world = new World();
before(() => world.start());
after(() => world.stop());

suite('the guard of a pod', () => {
  test('lets in whoever may call the service, by any credential that the gateway takes', async () => {
    const port = await world.door();
    const viewer = await world.token('viewer');
    const gateway = await world.token('viewer', 'istio-ingressgateway.istio-system.svc.cluster.local');
    const elsewhere = await world.token('viewer', 'https://example.com');
    const other = await world.token('other');
    const table: readonly (readonly [what: string, fields: Fields, status: number, code?: string])[] = [
      ['nothing', [], 401, 'guard-unauthenticated'],
      ['a viewer', bearer(viewer), 200],
      ['a viewer, in lower case', [['authorization', `bearer ${viewer}`]], 200],
      ['a token for the gateway', bearer(gateway), 200],
      ['a token for somebody else', bearer(elsewhere), 401, 'guard-unauthenticated'],
      ['a token that was changed', bearer(`${viewer.slice(0, -2)}xx`), 401, 'guard-unauthenticated'],
      ['no token at all', bearer('wrong'), 401, 'guard-unauthenticated'],
      ['an account without a role', bearer(other), 403, 'guard-forbidden'],
      ['X-Auth-Token', [['X-Auth-Token', viewer]], 200],
      ['a cookie', [['Cookie', `a=b; authservice_session=${viewer}`]], 200],
      ['two cookies', [['Cookie', `authservice_session=x; authservice_session=${viewer}`]], 401],
      [
        'two cookies, the good one first',
        [['Cookie', `authservice_session=${viewer}; authservice_session=x`]],
        401,
      ],
      ['two Authorizations', [...bearer(viewer), ...bearer(other)], 401],
      ['Basic', [['Authorization', 'Basic YTpi']], 401],
      [
        'Basic beside a good cookie',
        [
          ['Authorization', 'Basic YTpi'],
          ['Cookie', `authservice_session=${viewer}`],
        ],
        401,
      ],
      ['an identity that it made up', [['kubeflow-userid', 'user@example.com']], 401],
    ];
    for (const [what, fields, status, code] of table) {
      const answered = await ask(port, '/v1/models/iris:predict', fields, 'POST', '{}');
      assert.equal(answered.status, status, `${what}: ${answered.text}`);
      if (code !== undefined) assert.equal(answered.fields['davit-error-code'], code, what);
      if (status === 401) assert.match(String(answered.fields['www-authenticate']), /^Bearer/);
    }
  });

  test('says who, what and by which rule when it refuses', async () => {
    const port = await world.door();
    const { text } = await ask(port, '/', bearer(await world.token('other')));
    assert.match(text, /system:serviceaccount:default:other may not call default\/iris: no role that/);
  });

  test('keeps bodies until it knows who asks', async () => {
    const port = await world.door();
    const body = 'x'.repeat(100_000);
    const answered = await ask(port, '/', bearer(await world.token('viewer')), 'POST', body);
    assert.equal(JSON.parse(answered.text).body, body);
  });

  test('what is public needs no credential, however it is asked for', async () => {
    const port = await world.door();
    const table = [
      ['/v2/open', 200],
      ['/v2/open/deep?x=1', 200],
      ['/v2/opened', 401],
      ['/v2/open/../models', 401],
      ['/v2/open/%2e%2e/models', 401],
      ['/v2/open%2f..%2fmodels', 401],
      ['//v2/open', 401],
      ['/V2/open', 401],
      ['/x?/v2/open', 401],
      ['/healthz', 200],
      ['/healthz/', 401],
      ['/healthz/../v2', 401],
    ] as const;
    for (const [target, status] of table) assert.equal((await ask(port, target)).status, status, target);
    assert.equal((await ask(port, '/healthz', [], 'POST')).status, 401);
    const other = bearer(await world.token('other'));
    assert.equal((await ask(port, '/v2/open', other)).status, 200, 'somebody who may not call the rest');
    assert.equal(
      (await ask(port, '/v2/open', bearer('wrong'))).status,
      200,
      'a credential that is good for nothing',
    );
  });

  test('probes reach what answers them itself, and nothing else', async () => {
    const probe: Fields = [['K-Network-Probe', 'queue']];
    const kubelet: Fields = [['User-Agent', 'kube-probe/1.37']];
    const [queue, server] = [await world.door({ probes: true }), await world.door()];
    for (const fields of [probe, kubelet]) {
      assert.equal((await ask(queue, '/', fields)).status, 200);
      assert.equal((await ask(server, '/', fields)).status, 401);
    }
  });

  test('what is behind is told who asks by the guard alone, and sees no credential', async () => {
    const port = await world.door();
    const viewer = await world.token('viewer');
    const fields: Fields = [
      ...bearer(viewer),
      ['X-Auth-Token', 'x'],
      ['kubeflow-userid', 'admin@example.com'],
      ['Kubeflow_UserId', 'admin@example.com'],
      ['KUBEFLOW-GROUPS', 'system:masters'],
      ['X-Auth-Request-Email', 'admin@example.com'],
      ['x_forwarded_user', 'admin'],
      ['Cookie', 'a=b; authservice_session=x; c=d'],
      ['X-Kept', '1'],
    ];
    for (const target of ['/', '/healthz', '/v2/open']) {
      const told = JSON.parse((await ask(port, target, fields)).text) as { user?: string; fields: Fields };
      const names = told.fields.map(([name]) => name.toLowerCase().replaceAll('_', '-'));
      assert.ok(!JSON.stringify(told).includes('admin'), target);
      assert.ok(!JSON.stringify(told).includes(viewer), target);
      assert.ok(!names.some(name => /^(authorization|x-auth-|x-forwarded-user)/.test(name)), names.join(' '));
      assert.ok(names.includes('x-kept'));
      assert.deepEqual(
        told.fields.filter(([name]) => name.toLowerCase() === 'cookie').map(([, value]) => value),
        ['a=b; c=d'],
      );
      const known = target === '/healthz' ? undefined : 'system:serviceaccount:default:viewer';
      assert.equal(told.user, known, target);
      assert.equal(names.filter(name => name === 'kubeflow-userid').length, known === undefined ? 0 : 1);
    }
  });

  test('where what is behind asks, too, it is given the credential', async () => {
    const port = await world.door({ keeps: true });
    const viewer = await world.token('viewer');
    const told = JSON.parse((await ask(port, '/', [...bearer(viewer), ['kubeflow-userid', 'admin']])).text);
    assert.ok(JSON.stringify(told).includes(viewer));
    assert.ok(!JSON.stringify(told).includes('admin'));
  });

  test('what is taken away is refused within a second: a role, an account, a public path', async () => {
    const clock = { now: 0 };
    const port = await world.door({ now: () => clock.now });
    const status = async (target: string, fields: Fields): Promise<number> =>
      (await ask(port, target, fields)).status;
    const refused = async (target: string, fields: Fields, change: () => Promise<void>): Promise<void> => {
      clock.now += 1000;
      assert.equal(await status(target, fields), 200);
      await change();
      clock.now += 1000;
      assert.notEqual(await status(target, fields), 200, target);
    };
    await world.make('/api/v1/namespaces/default/serviceaccounts', account('leaver'));
    const leaver = bearer(await world.token('leaver'));
    await refused('/', leaver, await world.bind('kubeflow-view', 'leaver'));
    const unbind = await world.bind('kubeflow-edit', 'leaver');
    await refused('/', leaver, () => world.forget('leaver'));
    await unbind();
    await refused('/v2/open', [], () => world.annotate({ 'davit.dev/public-paths': null }));
    await world.annotate({ 'davit.dev/public-paths': '/v2/open' });
  });

  test('somebody who asks often is asked about once in a while', async () => {
    const clock = { now: 0 };
    const port = await world.door({ now: () => clock.now });
    const viewer = bearer(await world.token('viewer'));
    const before = world.reviews;
    for (let count = 0; count < 50; count++) assert.equal((await ask(port, '/', viewer)).status, 200);
    assert.equal(world.reviews - before, 2, 'who it is, and whether he may');
    clock.now += 1000;
    assert.equal((await ask(port, '/', viewer)).status, 200);
    assert.equal(world.reviews - before, 4);
  });

  test('many at once of one credential are one question', async () => {
    const port = await world.door({ now: () => 0 });
    const viewer = bearer(await world.token('viewer'));
    const before = world.reviews;
    const all = await Promise.all(Array.from({ length: 100 }, () => ask(port, '/', viewer)));
    assert.ok(all.every(({ status }) => status === 200));
    assert.equal(world.reviews - before, 2);
  });

  test('nobody is let in while the API does not answer', async () => {
    const port = await world.door();
    const viewer = bearer(await world.token('viewer'));
    await world.cut();
    const answered = await ask(port, '/', viewer);
    assert.equal(answered.status, 503);
    assert.equal(answered.fields['davit-error-code'], 'guard-blind');
    assert.equal((await ask(port, '/')).status, 503);
    assert.equal((await ask(port, '/healthz')).status, 200);
    await world.listen();
    assert.equal((await ask(port, '/', viewer)).status, 200);
  });

  test('a pod that may not ask lets nobody in', async () => {
    const port = await world.door({ service: 'iris' });
    writeFileSync(join(folder, 'token'), 'none');
    const blind = await world.door();
    assert.equal((await ask(blind, '/', bearer(await world.token('viewer')))).status, 503);
    writeFileSync(join(folder, 'token'), await world.token('pod'));
    assert.equal((await ask(port, '/', bearer(await world.token('viewer')))).status, 200);
  });
});
