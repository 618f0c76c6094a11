import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Head } from '../../../base/net/index.ts';
import { find, findElse, findForAll, OwnHosts, routesOf, type Snapshot, type Table } from './index.ts';

const services = [
  ['auth', 'dex'],
  ['mine', 'trap'],
  ['yours', 'iris'],
] as const;

function tableOf(more: Partial<Snapshot>): Table {
  const snapshot = {
    inferenceServices: [],
    virtualServices: [],
    ingresses: [],
    knativeIngresses: [],
    httpRoutes: [],
    referenceGrants: [],
    slices: [],
    services: services.map(([namespace, name]) => ({
      metadata: { namespace, name },
      spec: { ports: [{ port: 80 }] },
    })),
    ...more,
  };
  return routesOf(snapshot as unknown as Snapshot, new OwnHosts(['ML.example.com', 'issuer.example.com.']));
}

type Routing = (namespace: string, service: string, host: string, path: string) => Partial<Snapshot>;

/** Every way in which an object can ask for a host. */
const routings: Readonly<Record<string, Routing>> = {
  VirtualService: (namespace, service, host, path) => ({
    virtualServices: [
      {
        metadata: { namespace, name: 'r' },
        spec: {
          hosts: [host],
          http: [{ match: [{ uri: { prefix: path } }], route: [{ destination: { host: service } }] }],
        },
      } as never,
    ],
  }),
  Ingress: (namespace, service, host, path) => ({
    ingresses: [
      {
        metadata: { namespace, name: 'r' },
        spec: { rules: [{ host, http: { paths: [{ path, backend: { service: { name: service } } }] } }] },
      } as never,
    ],
  }),
  'Knative Ingress': (namespace, service, host, path) => ({
    knativeIngresses: [
      {
        metadata: { namespace, name: 'r' },
        spec: {
          rules: [
            {
              hosts: [host],
              http: {
                paths: [
                  {
                    path,
                    splits: [{ serviceName: service, serviceNamespace: namespace, servicePort: 80 }],
                  },
                ],
              },
            },
          ],
        },
      } as never,
    ],
  }),
  HTTPRoute: (namespace, service, host, path) => ({
    httpRoutes: [
      {
        metadata: { namespace, name: 'r' },
        spec: {
          hostnames: [host],
          rules: [{ matches: [{ path: { value: path } }], backendRefs: [{ name: service }] }],
        },
      } as never,
    ],
  }),
};

type Way = typeof find;

function headOf(host: string): Head {
  return { header: name => (name === 'host' ? host : undefined), fields: () => [['host', host]] };
}

function led(table: Table, host: string, path: string, way: Way = find): string | undefined {
  const found = way(table, 'POST', path, headOf(host), () => 0);
  return found !== undefined && 'way' in found ? found.way.backend.name.split(':')[0] : undefined;
}

const own = [
  'ml.example.com',
  'ML.Example.COM',
  'ml.example.com.',
  'ml.example.com:8443',
  'issuer.example.com',
  'localhost:8080',
  '127.0.0.1',
  '192.0.2.1:80',
  '[::1]:8080',
];

for (const [kind, routing] of Object.entries(routings)) {
  test(`no ${kind} of a user gets requests for the gateway’s own hosts`, () => {
    for (const host of own) {
      const plain = host.toLowerCase().replace(/:\d+$/, '');
      const name = plain.replace(/\.$/, '');
      for (const asked of [plain, name, '*', `*${name.slice(name.indexOf('.'))}`]) {
        const table = tableOf(routing('mine', 'trap', asked, '/v2'));
        for (const way of [find, findElse, findForAll] as Way[]) {
          assert.equal(led(table, host, '/v2/models/iris/infer', way), undefined, `${asked} for ${host}`);
        }
      }
    }
  });

  test(`${kind} of the platform holds for these hosts, and what is refused is told`, () => {
    const table = tableOf(routing('auth', 'dex', '*', '/dex'));
    for (const host of own) assert.equal(led(table, host, '/dex/auth'), 'auth/dex', host);
    assert.deepEqual(table.refused, []);
    const refused = tableOf(routing('mine', 'trap', 'ml.example.com', '/')).refused;
    assert.deepEqual(
      refused.map(({ object, host, reason }) => [object.metadata.namespace, host, reason]),
      [['mine', 'ml.example.com', 'gateway']],
    );
  });

  test(`${kind} of a user gets the paths of his namespace at the gateway’s own hosts, and no others`, () => {
    for (const asked of ['ml.example.com', '*']) {
      const table = tableOf(routing('mine', 'trap', asked, '/serving/mine/trap'));
      assert.deepEqual(table.refused, []);
      assert.equal(led(table, 'ml.example.com', '/serving/mine/trap/v2'), 'mine/trap');
      const all = tableOf(routing('mine', 'trap', asked, '/'));
      assert.equal(led(all, 'ml.example.com', '/serving/mine'), 'mine/trap');
      for (const path of [
        '/',
        '/mine',
        '/serving/mines',
        '/serving/yours/mine',
        '/dex/mine',
        '/v2/mine/infer',
        '/v1/mine',
        '/oauth2/mine',
        '/login/mine',
        '//mine/x',
        '/serving//mine',
        '/%76%32/mine',
      ]) {
        assert.equal(led(all, 'ml.example.com', path), undefined, path);
      }
    }
  });

  test(`${kind} of a user leads other hosts where he likes`, () => {
    const table = tableOf(routing('mine', 'trap', 'shop.example.com', '/'));
    assert.equal(led(table, 'shop.example.com', '/'), 'mine/trap');
    assert.equal(led(tableOf(routing('mine', 'trap', '*', '/')), 'else.example.com', '/'), 'mine/trap');
  });

  test(`no ${kind} comes between an InferenceService of another namespace and its callers`, () => {
    const inferenceServices = [
      { metadata: { namespace: 'yours', name: 'iris' }, status: { url: 'http://iris.yours.example.com' } },
    ] as never;
    const host = 'iris.yours.example.com';
    const stranger = tableOf({ ...routing('mine', 'trap', host, '/'), inferenceServices });
    assert.equal(led(stranger, host, '/v2'), undefined);
    assert.deepEqual(
      stranger.refused.map(({ reason }) => reason),
      ['stranger'],
    );
    const itself = tableOf({ ...routing('yours', 'iris', host, '/'), inferenceServices });
    assert.equal(led(itself, host, '/v2'), 'yours/iris');
  });
}

test('a host that two namespaces have is neither’s, and one with a path is everybody’s', () => {
  const routing = routings['Ingress'] as Routing;
  const service = (namespace: string, url: string): object => ({
    metadata: { namespace, name: 'iris' },
    status: { url },
  });
  for (const inferenceServices of [
    [service('yours', 'http://a.example.com'), service('theirs', 'http://a.example.com')],
    [service('yours', 'http://a.example.com/serving/yours/iris')],
    [service('yours', 'no address')],
  ]) {
    const table = tableOf({
      ...routing('mine', 'trap', 'a.example.com', '/'),
      inferenceServices: inferenceServices as never,
    });
    assert.equal(led(table, 'a.example.com', '/'), 'mine/trap');
  }
});

test('a name inside the cluster is not one of the gateway', () => {
  const inside = {
    metadata: {
      namespace: 'example',
      name: 'ml',
      labels: { 'serving.kserve.io/inferenceservice': 'ml' },
    },
    spec: { ports: [{ port: 80 }] },
  };
  const snapshot = { ...tableParts(), services: [inside] };
  const table = routesOf(snapshot as unknown as Snapshot, new OwnHosts(['ml.example']));
  assert.equal(led(table, 'ml.example', '/'), undefined);
  assert.equal(led(table, 'ml.example.svc', '/'), 'example/ml');
});

function tableParts(): Record<string, readonly unknown[]> {
  return {
    inferenceServices: [],
    virtualServices: [],
    ingresses: [],
    knativeIngresses: [],
    httpRoutes: [],
    referenceGrants: [],
    slices: [],
  };
}
