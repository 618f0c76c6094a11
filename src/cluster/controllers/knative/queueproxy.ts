import { queueProbe } from '../../../base/probes/index.ts';
import type { Revision, RevisionContainer } from './shapes.ts';
import { labels } from './shapes.ts';

/** Ports of a pod's queue, as Knative numbers them. */
export const queuePorts = {
  http1: 8012,
  h2c: 8013,
  https: 8112,
  admin: 8022,
  metrics: 9090,
  user: 9091,
} as const;

/** As Knative is installed; a queue writes such lines only where requests are to be logged. */
const requestLogTemplate = `{"httpRequest": {${[
  ['requestMethod', '"{{.Request.Method}}"'],
  ['requestUrl', '"{{js .Request.RequestURI}}"'],
  ['requestSize', '"{{.Request.ContentLength}}"'],
  ['status', '{{.Response.Code}}'],
  ['responseSize', '"{{.Response.Size}}"'],
  ['userAgent', '"{{js .Request.UserAgent}}"'],
  ['remoteIp', '"{{js .Request.RemoteAddr}}"'],
  ['serverIp', '"{{.Revision.PodIP}}"'],
  ['referer', '"{{js .Request.Referer}}"'],
  ['latency', '"{{.Response.Latency}}s"'],
  ['protocol', '"{{.Request.Proto}}"'],
]
  .map(([name, value]) => `"${name}": ${value}`)
  .join(', ')}}, "traceId": "{{.TraceID}}"}`;

const observability = JSON.stringify({
  tracing: { protocol: 'none' },
  metrics: { protocol: 'none' },
  runtime: { profiling: 'disabled', exportInterval: 15_000_000_000 },
  requestMetrics: { protocol: 'none' },
  requestLogTemplate,
});

/** How a revision is spoken to: a port named `h2c` takes HTTP/2 without TLS. */
export function protocolOf({ spec }: Revision): 'http1' | 'h2c' {
  return servingContainer(spec.containers)?.ports?.[0]?.name === 'h2c' ? 'h2c' : 'http1';
}

/** The container that takes requests: the one with ports, or the only one. */
export function servingContainer(containers: readonly RevisionContainer[]): RevisionContainer | undefined {
  return containers.find(one => (one.ports ?? []).length > 0) ?? containers[0];
}

export function userPortOf(container: RevisionContainer | undefined): number {
  return container?.ports?.[0]?.containerPort ?? 8080;
}

/** The container that stands before a revision's own and limits, counts and drains its requests. */
export function queueProxy(revision: Revision, image: string): RevisionContainer {
  const port = queuePorts[protocolOf(revision)];
  const named = (
    name: string,
    containerPort: number,
  ): { name: string; containerPort: number; protocol: string } => ({
    name,
    containerPort,
    protocol: 'TCP',
  });
  const probe = {
    httpGet: {
      path: '/',
      port,
      scheme: 'HTTP',
      httpHeaders: [queueProbe()],
    },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
  const own = {
    name: 'queue-proxy',
    image,
    ports: [
      named('http-autometric', queuePorts.metrics),
      named('http-usermetric', queuePorts.user),
      named('queue-port', port),
      named('https-port', queuePorts.https),
    ],
    env: environmentOf(revision, port),
    resources: { requests: { cpu: '25m' } },
    readinessProbe: probe,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
  return own;
}

function environmentOf({ metadata, spec }: Revision, port: number): object[] {
  const { [labels.service]: service = '', [labels.configuration]: configuration = '' } =
    metadata.labels ?? {};
  const main = servingContainer(spec.containers);
  const value = (name: string, text: string): object => (text === '' ? { name } : { name, value: text });
  const field = (name: string, fieldPath: string): object => ({
    name,
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
  });
  return [
    value('SERVING_NAMESPACE', metadata.namespace ?? ''),
    value('SERVING_SERVICE', service),
    value('SERVING_CONFIGURATION', configuration),
    value('SERVING_REVISION', metadata.name ?? ''),
    value('QUEUE_SERVING_PORT', String(port)),
    value('QUEUE_SERVING_TLS_PORT', String(queuePorts.https)),
    value('CONTAINER_CONCURRENCY', String(spec.containerConcurrency ?? 0)),
    value('REVISION_TIMEOUT_SECONDS', String(spec.timeoutSeconds ?? 300)),
    value('REVISION_RESPONSE_START_TIMEOUT_SECONDS', String(spec.responseStartTimeoutSeconds ?? 0)),
    value('REVISION_IDLE_TIMEOUT_SECONDS', String(spec.idleTimeoutSeconds ?? 0)),
    field('SERVING_POD', 'metadata.name'),
    field('SERVING_POD_IP', 'status.podIP'),
    value('SERVING_LOGGING_CONFIG', ''),
    value('SERVING_LOGGING_LEVEL', ''),
    value('USER_PORT', String(userPortOf(main))),
    value('SYSTEM_NAMESPACE', 'knative-serving'),
    value('SERVING_READINESS_PROBE', JSON.stringify(probeOf(main))),
    field('HOST_IP', 'status.hostIP'),
    value('ENABLE_HTTP2_AUTO_DETECTION', 'false'),
    value('ENABLE_HTTP_FULL_DUPLEX', 'false'),
    value('ROOT_CA', ''),
    value('ENABLE_MULTI_CONTAINER_PROBES', 'false'),
    value('OBSERVABILITY_CONFIG', observability),
  ];
}

/** The probe of the user's container, asked by the queue on the pod's own loopback. */
export function probeOf(container: RevisionContainer | undefined): object {
  const port = userPortOf(container);
  const { exec, httpGet, tcpSocket, grpc, ...times } = container?.readinessProbe ?? {};
  const rest = { successThreshold: 1, ...times };
  if (exec !== undefined) return { exec, ...rest };
  if (grpc !== undefined) return { grpc: placed(grpc, port), ...rest };
  if (httpGet !== undefined) {
    return { httpGet: { ...placed(httpGet, port), host: '127.0.0.1', scheme: schemeOf(httpGet) }, ...rest };
  }
  return { tcpSocket: { ...placed(tcpSocket ?? {}, port), host: '127.0.0.1' }, ...rest };
}

function schemeOf(probe: unknown): unknown {
  return (probe as { readonly scheme?: string }).scheme ?? 'HTTP';
}

/** A probe without a port of its own asks the port that takes requests. */
export function placed(probe: unknown, port: number): object {
  const own = (probe as { readonly port?: number | string }).port;
  return { ...(probe as object), port: own === undefined || own === 0 || own === '' ? port : own };
}
