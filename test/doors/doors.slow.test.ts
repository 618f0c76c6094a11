import assert from 'node:assert/strict';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { after, before, test } from 'node:test';
import { House, namespace, type Places, serviceOf } from './house.ts';
import { type CredentialName, credentials, type DoorName, doors } from './table.ts';

interface Knock {
  readonly url: string;
  readonly host?: string;
  readonly ca?: string;
  readonly body?: object;
}

const isvcs = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`;

/** How a door is knocked at. */
const knocks: Readonly<Record<DoorName, (places: Places) => Knock>> = {
  'gateway, by host': ({ gateway, host }) => ({ url: `${gateway}/v2/models/plain`, host }),
  'gateway, by the name of the model': ({ gateway }) => ({ url: `${gateway}/v2/models/plain` }),
  'gateway, by path': ({ gateway, path }) => ({ url: `${gateway}${path}v2/models/queued` }),
  'gateway, its own page': ({ gateway }) => ({ url: `${gateway}/` }),
  'gateway, public path': ({ gateway, host }) => ({ url: `${gateway}/v2/models/plain/ready`, host }),
  'gateway, issuer': ({ gateway }) => ({ url: `${gateway}/dex/healthz` }),
  'gateway, issuer: keys': ({ gateway }) => ({ url: `${gateway}/dex/keys` }),
  'gateway, issuer: who somebody is': ({ gateway }) => ({ url: `${gateway}/dex/userinfo` }),
  'issuer, by its Service': ({ issuer }) => ({ url: `${issuer}/dex/healthz` }),
  'gateway for inside, open': at => ({
    url: `${at.localGateway}/v2/models/plain`,
    host: `plain-predictor.${namespace}.svc.cluster.local`,
  }),
  'gateway for inside, authorized': at => ({
    url: `${at.localGateway}/v2/models/queued`,
    host: `queued-predictor.${namespace}.svc.cluster.local`,
  }),
  'ClusterIP, open': at => ({ url: `http://${at.clusterAddress.plain}/v2/models/plain` }),
  'ClusterIP, authorized, Standard': at => ({ url: `http://${at.clusterAddress.asked}/v2/models/asked` }),
  'ClusterIP, authorized, Knative': at => ({ url: `http://${at.clusterAddress.queued}/v2/models/queued` }),
  'NodePort, open': at => ({ url: `http://127.0.0.1:${at.nodePort.plain}/v2/models/plain` }),
  'NodePort, authorized': at => ({ url: `http://127.0.0.1:${at.nodePort.asked}/v2/models/asked` }),
  'pod address, open': at => ({ url: `http://${at.podAddress.plain}:8080/v2/models/plain` }),
  'pod address, authorized: the server': at => ({
    url: `http://${at.podAddress.queued}:8080/v2/models/queued`,
  }),
  'pod address, authorized: the queue': at => ({
    url: `http://${at.podAddress.queued}:8012/v2/models/queued`,
  }),
  'pod address, authorized: health': at => ({ url: `http://${at.podAddress.queued}:8012/v2/health/ready` }),
  'API server, read': ({ api }) => ({ url: `${api.server}${isvcs}/plain`, ca: api.ca }),
  'API server, change': ({ api }) => ({
    url: `${api.server}${isvcs}?dryRun=All`,
    ca: api.ca,
    body: serviceOf('new', {}, 'file:///x'),
  }),
  'API server, health': ({ api }) => ({ url: `${api.server}/readyz`, ca: api.ca }),
  'metrics of the gateway': at => ({ url: `${at.gatewayStatus}/metrics` }),
  'metrics of a pod': at => ({ url: `http://${at.podAddress.queued}:9091/metrics` }),
  'metrics of a model server, open': at => ({ url: `http://${at.podAddress.plain}:8080/metrics` }),
  'metrics of a model server, authorized': at => ({ url: `http://${at.podAddress.queued}:8080/metrics` }),
  'metrics of the API server': ({ api }) => ({ url: `${api.server}/metrics`, ca: api.ca }),
};

/** One request over a connection of its own; gives the status. */
async function knock({ url, host, ca, body }: Knock, name: CredentialName, value: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const shown =
    name === 'none'
      ? {}
      : name === 'cookie'
        ? { cookie: `authservice_session=${value}` }
        : { authorization: `Bearer ${value}` };
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    ...shown,
    ...(host !== undefined && { host }),
    ...(text !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  const options = { headers, method: text === '' ? 'GET' : 'POST', agent: false, ca };
  const sending = url.startsWith('https:') ? secureRequest(url, options) : plainRequest(url, options);
  sending.on('error', reject).on('response', response => {
    response.resume();
    response.on('end', () => resolve(response.statusCode ?? 0));
  });
  sending.end(text);
  return promise;
}

/** A call of a model, as Kubeflow's test of KServe makes it. */
function predicting(url: string, name: string, host?: string): Knock {
  const body = { instances: [[6.8, 2.8, 4.8, 1.4]] };
  return { url: `${url}v1/models/${name}:predict`, body, ...(host !== undefined && { host }) };
}

const house = new House();
let opened: Awaited<ReturnType<House['open']>>;

before(async () => {
  opened = await house.open();
});
after(() => house.close());

for (const { door, answers } of doors) {
  const how = knocks[door];
  test(door, async () => {
    const { places, held } = opened;
    const names = Object.keys(credentials) as CredentialName[];
    const found = await Promise.all(
      names.map(async name => [name, await knock(how(places), name, held[name])] as const),
    );
    assert.deepEqual(Object.fromEntries(found), answers);
  });
}

test('what Kubeflow expects of KServe among several people: by path, by host, from inside, from another namespace', async () => {
  const { places, held } = opened;
  const inside = `queued-predictor.${namespace}.svc.cluster.local`;
  const outside = `queued.${namespace}.example.com`;
  const byPath = predicting(places.gateway + places.path, 'queued');
  const byHost = predicting(`${places.gateway}/`, 'queued', outside);
  const byName = predicting(`${places.gateway}/`, 'queued', inside);
  const local = predicting(`${places.localGateway}/`, 'queued', inside);
  const attacker = await house.attacker();
  const table: readonly (readonly [
    what: string,
    to: Knock,
    CredentialName,
    value: string,
    status: number,
  ])[] = [
    ['by path, no token', byPath, 'none', '', 302],
    ['by path, a token of default-editor', byPath, 'account', held.account, 200],
    ['by host, no token', byHost, 'none', '', 302],
    ['by host, a token of default-editor', byHost, 'account', held.account, 200],
    ['by the name inside, no token', byName, 'none', '', 302],
    ['by the name inside, an invalid token', byName, 'wrong', 'invalid-token', 401],
    ['the gateway for inside, no token', local, 'none', '', 401],
    ['the gateway for inside, a token of default-editor', local, 'account', held.account, 200],
    ['the gateway for inside, a token of another namespace', local, 'account', attacker, 403],
    ['by path, a token of another namespace', byPath, 'account', attacker, 404],
  ];
  for (const [what, to, name, value, status] of table)
    assert.equal(await knock(to, name, value), status, what);
});

test('davit auth gives the answer of the gateway, and says by which rule', async () => {
  const table = [
    ['owner', 'user@example.com', 'yes', /namespaceAdmin\/kubeflow-user-example-com/],
    [
      'viewer',
      'viewer@example.com',
      'yes',
      /"viewer\/kubeflow-user-example-com" of ClusterRole "kubeflow-view"/,
    ],
    ['other', 'other@example.com', 'no', /no role that other@example\.com has in namespace/],
    ['account', `system:serviceaccount:${namespace}:default-editor`, 'yes', /"default-editor\//],
    ['none', 'system:anonymous', 'no', /no role that system:anonymous has/],
  ] as const;
  for (const [name, user, answer, rule] of table) {
    const found = await house.auth('can-i', 'predict', 'plain', '-n', namespace, '--as', user);
    assert.equal(found.split(/\s/)[0], answer, user);
    const reached = doors[0].answers[name] === 200;
    assert.equal(answer === 'yes', reached, user);
    assert.match(await house.auth('why', 'predict', 'plain', '-n', namespace, '--as', user), rule);
  }
  const words = [
    'predict',
    'plain',
    '-n',
    namespace,
    '--as',
    'system:anonymous',
    '--path',
    '/v2/models/plain/ready',
  ];
  assert.equal(await house.auth('can-i', ...words), 'yes\n');
});
