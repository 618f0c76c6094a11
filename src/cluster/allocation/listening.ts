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
  const start = `${port}=`;
  const moved = service.metadata.annotations?.[listensOn]?.split(',').find(one => one.startsWith(start));
  if (moved !== undefined) {
    const colon = moved.lastIndexOf(':');
    return { host: moved.slice(start.length, colon), port: Number(moved.slice(colon + 1)) };
  }
  return clusterIP === undefined || clusterIP === '' || clusterIP === 'None'
    ? undefined
    : { host: clusterIP, port };
}
