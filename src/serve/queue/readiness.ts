import { connect } from 'node:net';
import { request } from 'node:http';
import { queueErrors } from './errors.ts';
import type { Ready } from './probes.ts';

/** A probe as Kubernetes writes it, as far as it is followed here. */
interface Probe {
  readonly tcpSocket?: { readonly port?: number | string };
  readonly grpc?: { readonly port?: number };
  readonly httpGet?: {
    readonly port?: number | string;
    readonly path?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly timeoutSeconds?: number;
}

type Place = { readonly host: string; readonly port: number; readonly timeout: number };

/**
 * Whether the container behind is ready, by its probe: one, or a list of which all have to hold. Whatever host it names, the container
 * is at `host`; without a probe, or with port 0, it is asked whether `port` takes connections.
 * @param found where a port that a probe names is found at the host
 * @throws `sidecar-setting-invalid`
 */
export function readinessOf(
  text: string | undefined,
  host: string,
  port: number,
  found = (said: number): number => said,
): Ready {
  const probes = parse(text);
  const checks = probes.map(probe => checkOf(probe, { host, port, found }));
  return async () => (await Promise.all(checks.map(check => check()))).every(Boolean);
}

function parse(text: string | undefined): readonly Probe[] {
  if (text === undefined) return [{}];
  try {
    const value = JSON.parse(text) as Probe | readonly Probe[] | null;
    return value === null ? [{}] : [value].flat();
  } catch (error) {
    const found = `SERVING_READINESS_PROBE: found ${JSON.stringify(text)}, expected a probe as JSON`;
    throw queueErrors.make['sidecar-setting-invalid'](found, { cause: error });
  }
}

interface Behind {
  readonly host: string;
  readonly port: number;
  readonly found: (said: number) => number;
}

function checkOf(probe: Probe, { host, port: usual, found }: Behind): () => Promise<boolean> {
  const { httpGet, tcpSocket, grpc, timeoutSeconds = 1 } = probe;
  const given = Number((httpGet ?? tcpSocket ?? grpc)?.port ?? 0);
  const port = Number.isInteger(given) && given > 0 ? found(given) : usual;
  const place = { host, port, timeout: Math.max(1, timeoutSeconds) * 1000 };
  if (httpGet === undefined) return () => takesConnections(place);
  const headers = Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return () => answersWell(place, httpGet.path ?? '/', headers);
}

function takesConnections({ host, port, timeout }: Place): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout });
  const tell = (ready: boolean) => () => {
    resolve(ready);
    socket.destroy();
  };
  socket.on('connect', tell(true)).on('error', tell(false)).on('timeout', tell(false));
  return promise;
}

function answersWell(
  { host, port, timeout }: Place,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const all = { 'User-Agent': 'kube-probe/queue-proxy', ...headers };
  const asking = request({ host, port, path, headers: all, timeout, agent: false }, answer => {
    const { statusCode = 0 } = answer;
    answer.resume();
    resolve(statusCode >= 200 && statusCode < 400);
  });
  asking.on('error', () => resolve(false));
  asking.on('timeout', () => asking.destroy());
  asking.end();
  return promise;
}
