import { type Fields, fieldsOf, textOf } from '../../untyped.ts';

/** Fields of a probe in the order of Kubernetes' type, which is how the agent is told of it. */
const fields = [
  'httpGet',
  'tcpSocket',
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
  'terminationGracePeriodSeconds',
];
const httpFields = ['path', 'port', 'host', 'scheme', 'httpHeaders'];
const socketFields = ['port', 'host'];

/** A probe that the agent makes in the kubelet's place, as JSON; undefined where it cannot: a command is the container's own. */
export function probeText(probe: Fields | undefined): string | undefined {
  const http = fieldsOf(probe?.['httpGet']);
  const socket = fieldsOf(probe?.['tcpSocket']);
  if (http === undefined && socket === undefined) return undefined;
  return JSON.stringify(
    ordered(
      {
        ...probe,
        ...(http && { httpGet: ordered(http, httpFields) }),
        ...(socket && { tcpSocket: ordered(socket, socketFields) }),
      },
      fields,
    ),
  );
}

/** The path that a client asks for to see whether the component is ready. */
export function probePath(probe: Fields | undefined): string {
  return textOf(fieldsOf(probe?.['httpGet'])?.['path']) || '/';
}

function ordered(object: Fields, names: readonly string[]): Fields {
  const held = names.filter(name => object[name] !== undefined && object[name] !== 0);
  return Object.fromEntries(held.map(name => [name, object[name]]));
}
