import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { namespace, type Places, serviceOf } from './house.ts';
import { type CredentialName, type DoorName, isCookie } from './table.ts';

/** What is asked of a door. */
export interface Knock {
  readonly url: string;
  readonly host?: string;
  readonly ca?: string;
  readonly body?: object;
}

const isvcs = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`;

/** How a door is knocked at. */
export const knocks: Readonly<Record<DoorName, (places: Places) => Knock>> = {
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

/**
 * One request over a connection of its own; gives the status.
 * @param value what is shown: in a cookie where the name of the credential says so, else as a bearer
 */
export async function knock(
  { url, host, ca, body }: Knock,
  name: CredentialName,
  value: string,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const shown =
    name === 'none'
      ? {}
      : isCookie(name)
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

/** Milliseconds between two knocks, and of knocking in vain for an end: only a bound on hanging. */
const pause = 10;
const patience = 180_000;

/**
 * Knocks until somebody is no longer let in; resolves to when that was answered, by `performance.now()`.
 * @param good the status with which he is
 */
export async function untilRefused(
  at: Knock,
  name: CredentialName,
  value: string,
  good: number,
): Promise<number> {
  const end = performance.now() + patience;
  while ((await knock(at, name, value)) === good) {
    if (performance.now() > end) throw new Error(`${at.url} goes on to let somebody in with ${name}`);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  return performance.now();
}
