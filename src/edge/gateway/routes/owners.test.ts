import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Head } from '../../../base/net/index.ts';
import { domainsOf, find, noDomains, OwnHosts, routesOf, type Snapshot, type Table } from './index.ts';

const ports = { ports: [{ port: 80 }] };
const own = { labels: { 'serving.kserve.io/inferenceservice': 'iris' } };
const services = [
  { metadata: { namespace: 'mine', name: 'trap' }, spec: ports },
  { metadata: { namespace: 'yours', name: 'iris-predictor', ...own }, spec: ports },
  { metadata: { namespace: 'yours', name: 'iris' }, spec: { type: 'ExternalName', externalName: 'gateway' } },
  { metadata: { namespace: 'auth', name: 'dex' }, spec: ports },
];

const status = {
  url: 'http://iris.yours.example.com',
  address: { url: 'http://iris.inside.example.com' },
  components: {
    predictor: {
      url: 'http://iris-predictor.yours.example.com',
      restUrl: 'http://iris-rest.yours.example.com',
      grpcUrl: 'http://iris-grpc.yours.example.com',
      address: { url: 'http://iris-address.yours.example.com' },
      traffic: [{ url: 'http://prev-iris-predictor.yours.example.com' }, {}, null],
    },
    transformer: null,
    explainer: { url: 'no address', traffic: null },
  },
};

const hosts = [
  'iris-predictor.yours.svc.cluster.local',
  'iris-predictor.yours.svc',
  'iris-predictor.yours',
  'iris.yours.svc.cluster.local',
  'iris.yours',
  'not-there-yet.yours.svc.cluster.local',
  'pod-0.iris.yours.svc.cluster.local',
  'iris.yours.example.com',
  'iris.inside.example.com',
  'iris-predictor.yours.example.com',
  'iris-rest.yours.example.com',
  'iris-grpc.yours.example.com',
  'iris-address.yours.example.com',
  'prev-iris-predictor.yours.example.com',
];

function tableOf(more: Partial<Record<keyof Snapshot, unknown>>, domains = noDomains): Table {
  const inferenceServices = [{ metadata: { namespace: 'yours', name: 'iris' }, status }];
  const none = { virtualServices: [], ingresses: [], knativeIngresses: [], httpRoutes: [], slices: [] };
  const snapshot = { ...none, referenceGrants: [], inferenceServices, services, ...more };
  return routesOf(snapshot as unknown as Snapshot, new OwnHosts(), domains);
}

function virtualService(namespace: string, service: string, host: string, more: object = {}): object {
  const route = [{ destination: { host: service } }];
  return { metadata: { namespace, name: 'r' }, spec: { hosts: [host], http: [{ route, ...more }] } };
}

function ingress(namespace: string, service: string, host: string): object {
  const paths = [{ path: '/', backend: { service: { name: service } } }];
  return { metadata: { namespace, name: 'r' }, spec: { rules: [{ host, http: { paths } }] } };
}

function led(table: Table, host: string, path = '/'): string | undefined {
  const head: Head = { header: name => (name === 'host' ? host : undefined), fields: () => [['host', host]] };
  const found = find(table, 'POST', path, head, () => 0);
  return found !== undefined && 'way' in found ? found.way.backend.name.split(':')[0] : undefined;
}

suite('hosts that a namespace has to itself', () => {
  for (const host of hosts) {
    test(`${host}: by its name, and by what is written for many`, () => {
      const before = led(tableOf({}), host);
      assert.notEqual(before, 'mine/trap');
      const above = host.split('.').map((_, at, words) => ['*', ...words.slice(at + 1)].join('.'));
      for (const asked of [host, ...above]) {
        const routed = [
          tableOf({ virtualServices: [virtualService('mine', 'trap', asked)] }),
          tableOf({ ingresses: [ingress('mine', 'trap', asked)] }),
        ];
        for (const table of routed) {
          assert.equal(led(table, host), before, asked);
          if (asked === host)
            assert.deepEqual(
              table.refused.map(({ reason }) => reason),
              ['stranger'],
            );
        }
      }
    });

    test(`${host} is routed by its owner`, () => {
      const table = tableOf({ virtualServices: [virtualService('yours', 'iris-predictor', host)] });
      assert.equal(led(table, host), 'yours/iris-predictor');
      assert.deepEqual(table.refused, []);
    });
  }

  for (const host of ['iris.yours.second.test', 'prev-iris-predictor.yours.third.test']) {
    test(`${host}, in another domain of KServe’s than the one that is told`, () => {
      const domains = { main: 'example.com', more: ['second.test', 'third.test'] };
      for (const asked of [host, `*.${host.split('.').slice(1).join('.')}`]) {
        const stranger = { ingresses: [ingress('mine', 'trap', asked)] };
        assert.equal(led(tableOf(stranger, domains), host), undefined, asked);
        assert.equal(led(tableOf(stranger), host), 'mine/trap', asked);
        const owner = { ingresses: [ingress('yours', 'iris-predictor', asked)] };
        assert.equal(led(tableOf(owner, domains), host), 'yours/iris-predictor', asked);
      }
      assert.equal(tableOf({}, domains).ownerOf('second.test'), undefined);
      assert.equal(tableOf({}, domains).ownerOf('other.yours.second.test'), undefined);
    });
  }

  test('what KServe’s configuration says of domains; what cannot be read changes nothing', () => {
    const before = { main: 'before.test', more: ['more.test'] };
    const read = (ingress: unknown): unknown =>
      domainsOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { ingress } }, before);
    const said = { ingressDomain: 'A.test', additionalIngressDomains: ['B.test'] };
    assert.deepEqual(read(JSON.stringify(said)), { main: 'a.test', more: ['b.test'] });
    assert.deepEqual(read('{}'), { main: 'example.com', more: [] });
    for (const wrong of ['{', 'null', '{"ingressDomain":1}', '{"additionalIngressDomains":"b.test"}']) {
      assert.deepEqual(read(wrong), before, wrong);
    }
    assert.deepEqual(read(undefined), noDomains);
    assert.deepEqual(domainsOf(undefined, before), noDomains);
  });

  test('what a stranger writes does not hide what the platform has for every host', () => {
    const more = { match: [{ uri: { prefix: '/dex/' } }] };
    const virtualServices = [
      virtualService('mine', 'trap', '*.svc.cluster.local'),
      virtualService('auth', 'dex', '*', more),
    ];
    const host = 'not-there-yet.yours.svc.cluster.local';
    assert.equal(led(tableOf({ virtualServices }), host, '/dex/auth'), 'auth/dex');
  });

  test('a request that KServe sends on by the name of a component does not get to a stranger', () => {
    const set = { host: 'iris-predictor.yours.svc.cluster.local' };
    const hop = {
      headers: { request: { set } },
      route: [{ destination: { host: 'knative-local-gateway.istio-system.svc.cluster.local' } }],
    };
    const virtualServices = [
      virtualService('yours', '', 'iris.yours.example.com', hop),
      virtualService('mine', 'trap', set.host),
    ];
    assert.equal(led(tableOf({ virtualServices }), 'iris.yours.example.com'), 'yours/iris-predictor');
  });

  test('at a host that services share each has its path, and what is below', () => {
    const service = (namespace: string, path: string): object => ({
      metadata: { namespace, name: 'iris' },
      status: { url: `http://ml.example.com${path}` },
    });
    const inferenceServices = [
      service('yours', '/serving/yours/iris'),
      service('mine', '/serving/mine/iris/'),
      service('theirs', '/both'),
      service('yours', '/both'),
    ];
    const trap = virtualService('mine', 'trap', 'ml.example.com');
    const table = tableOf({ inferenceServices, virtualServices: [trap] });
    for (const path of ['/serving/yours/iris', '/serving/yours/iris/v2/models', '/serving/yours/iris/']) {
      assert.equal(led(table, 'ml.example.com', path), undefined, path);
    }
    for (const path of [
      '/',
      '/serving',
      '/serving/yours/irises',
      '/serving/mine/iris/v2',
      '/both',
      '/both/x',
    ]) {
      assert.equal(led(table, 'ml.example.com', path), 'mine/trap', path);
    }
    const both = [trap, virtualService('yours', 'iris-predictor', 'ml.example.com')];
    const shared = tableOf({ inferenceServices, virtualServices: both });
    assert.equal(led(shared, 'ml.example.com', '/serving/yours/iris/v2'), 'yours/iris-predictor');
    const platform = tableOf({
      inferenceServices,
      virtualServices: [virtualService('auth', 'dex', 'ml.example.com')],
    });
    assert.equal(led(platform, 'ml.example.com', '/serving/yours/iris'), 'auth/dex');
  });

  test('a host of two words is anybody’s where no Service has that name', () => {
    const table = tableOf({ ingresses: [ingress('mine', 'trap', 'example.com')] });
    assert.equal(led(table, 'example.com'), 'mine/trap');
  });
});

suite('Services of other namespaces', () => {
  const there = 'iris-predictor.yours.svc.cluster.local';
  const from = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'mine' };
  const to = { group: '', kind: 'Service' };
  const slices = [
    {
      metadata: { namespace: 'yours', labels: { 'kubernetes.io/service-name': 'iris-predictor' } },
      ports: [{ port: 8080 }],
      endpoints: [{ addresses: ['192.0.2.1'] }],
    },
  ];
  const grant = (spec: object, namespace = 'yours'): object => ({ metadata: { namespace, name: 'g' }, spec });

  function reached(more: Partial<Record<keyof Snapshot, unknown>>): readonly [number, string] {
    const table = tableOf({ slices, ...more });
    const head: Head = { header: () => 'shop.example.com', fields: () => [] };
    const found = find(table, 'GET', '/', head, () => 0);
    assert.ok(found !== undefined && 'way' in found);
    const { endpoints, reason, owner } = found.way.backend;
    // Who may call is asked of whoever is there.
    assert.deepEqual(owner, { kind: 'InferenceService', namespace: 'yours', name: 'iris' });
    return [endpoints.length, reason];
  }

  const virtualServices = [virtualService('mine', there, 'shop.example.com')];
  const rows: readonly (readonly [what: string, grants: readonly object[], endpoints: number])[] = [
    ['without a grant', [], 0],
    ['with one for all Services', [grant({ from: [from], to: [to] })], 1],
    ['with one for this Service', [grant({ from: [from], to: [{ ...to, name: 'iris-predictor' }] })], 1],
    ['with one for another Service', [grant({ from: [from], to: [{ ...to, name: 'other' }] })], 0],
    ['with one for another namespace', [grant({ from: [{ ...from, namespace: 'theirs' }], to: [to] })], 0],
    ['with one for another kind', [grant({ from: [{ ...from, kind: 'HTTPRoute' }], to: [to] })], 0],
    ['with one that lies in the namespace that asks', [grant({ from: [from], to: [to] }, 'mine')], 0],
    ['with an empty one', [grant({}), { metadata: { namespace: 'yours' } }], 0],
  ];
  for (const [what, referenceGrants, endpoints] of rows) {
    test(`a VirtualService leads there ${what}: ${endpoints === 1 ? 'yes' : 'no'}`, () => {
      const [found, reason] = reached({ virtualServices, referenceGrants });
      assert.equal(found, endpoints);
      if (endpoints === 0) assert.match(reason, /no ReferenceGrant in yours lets a VirtualService of mine/);
    });
  }

  test('an HTTPRoute and an Ingress of Knative do not without a grant; the platform does', () => {
    const backendRefs = [{ name: 'iris-predictor', namespace: 'yours' }];
    const spec = { hostnames: ['shop.example.com'], rules: [{ backendRefs }] };
    const split = { serviceName: 'iris-predictor', serviceNamespace: 'yours', servicePort: 80 };
    const knative = { rules: [{ hosts: ['shop.example.com'], http: { paths: [{ splits: [split] }] } }] };
    const metadata = { namespace: 'mine', name: 'r' };
    assert.equal(reached({ httpRoutes: [{ metadata, spec }] })[0], 0);
    assert.equal(reached({ knativeIngresses: [{ metadata, spec: knative }] })[0], 0);
    const kubeflow = [virtualService('kubeflow', there, 'shop.example.com')];
    assert.equal(reached({ virtualServices: kubeflow })[0], 1);
    const route = { from: [{ ...from, group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }], to: [to] };
    assert.equal(reached({ httpRoutes: [{ metadata, spec }], referenceGrants: [grant(route)] })[0], 1);
  });
});
