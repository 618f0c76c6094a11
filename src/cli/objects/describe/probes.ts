import { goText } from '../escape.ts';
import type { Probe } from './shapes.ts';

/** How a container is asked whether it lives: `http-get http://:8080/healthz delay=0s timeout=1s …`. */
export function probeText(probe: Probe): string {
  const { initialDelaySeconds: delay = 0, timeoutSeconds: timeout = 0, periodSeconds: period = 0 } = probe;
  const { successThreshold: success = 0, failureThreshold: failure = 0 } = probe;
  const how = `delay=${delay}s timeout=${timeout}s period=${period}s successThreshold=${success} failureThreshold=${failure}`;
  return `${askedText(probe)} ${how}`;
}

function askedText({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) return `exec ${goText(exec.command ?? [])}`;
  if (httpGet !== undefined) return `http-get ${addressOf(httpGet)}`;
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`;
  if (grpc !== undefined) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''}`;
  return 'unknown';
}

function addressOf({ scheme = '', host = '', port, path = '' }: NonNullable<Probe['httpGet']>): string {
  const named = host.includes(':') ? `[${host}]` : host;
  const where = scheme === '' ? '' : `${scheme.toLowerCase()}:`;
  const parted = path === '' || path.startsWith('/') ? path : `/${path}`;
  return `${where}//${named}:${port}${escaped(parted)}`;
}

/** A path as Go writes it in a URL. */
function escaped(path: string): string {
  return path.replaceAll(/[^A-Za-z\d\-_.~$&+,/:;=@]+/g, part =>
    [...Buffer.from(part)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
