import type { KubeObject } from '../meta/index.ts';

/** Annotation of a Service that is reached elsewhere than at its address: `80=127.96.0.7:8080`, separated by commas. */
export const listensOn = 'davit.dev/listens-on';

/** Where connections to a port of a Service go: its address, or what stands in its place. */
export function reachedAt(service: KubeObject, port: number): { host: string; port: number } | undefined {
  const { type, clusterIP, externalName } = (service['spec'] ?? {}) as {
    type?: string;
    clusterIP?: string;
    externalName?: string;
  };
  if (type === 'ExternalName') return externalName === undefined ? undefined : { host: externalName, port };
  const moved = movedTo(service.metadata.annotations?.[listensOn], port);
  if (moved !== undefined) return moved;
  return clusterIP === undefined || clusterIP === '' || clusterIP === 'None'
    ? undefined
    : { host: clusterIP, port };
}

/** What an annotation says of a port; undefined where it says nothing, or what is no address with a port: anybody may have written it. */
function movedTo(text: string | undefined, port: number): { host: string; port: number } | undefined {
  const start = `${port}=`;
  const said = text?.split(',').find(one => one.startsWith(start));
  const [, host, at] = /^([\d.]+|[\da-f:]+):(\d{1,5})$/i.exec(said?.slice(start.length) ?? '') ?? [];
  const found = Number(at);
  return host === undefined || found < 1 || found > 65_535 ? undefined : { host, port: found };
}
