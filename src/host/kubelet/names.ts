import type { HostedPod } from './shapes.ts';

/** Annotation of a pod whose programs are to find Services by their names: `proxy` gives them the variables that name a proxy. */
export const namesAnnotation = 'davit.dev/cluster-names';

/** What is not asked for by the proxy: addresses of this machine, and so of pods and Services, are reached as they are. */
const direct = 'localhost,127.0.0.0/8,::1';

export function asksForNames({ metadata: { annotations } }: HostedPod): boolean {
  return annotations?.[namesAnnotation] === 'proxy';
}

/**
 * The variables that programs know a proxy by. Its URL tells the namespace, for names without one. In lower case alone, as curl
 * reads them: `HTTP_PROXY` is what a CGI program has of whoever asks it.
 */
export function nameVariables(
  { metadata: { namespace = '' } }: HostedPod,
  port: number,
): Record<string, string> {
  return { http_proxy: `http://${namespace}@127.0.0.1:${port}`, no_proxy: direct };
}
