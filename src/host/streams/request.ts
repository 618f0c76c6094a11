/** What a path of a kubelet asks for. */
export interface StreamRequest {
  readonly kind: string;
  readonly namespace: string;
  readonly pod: string;
  /** Empty for what is about a pod. */
  readonly container: string;
  readonly query: URLSearchParams;
}

/** Segments after the first one, by what it is. */
const lengths = new Map([
  ['containerLogs', 3],
  ['exec', 3],
  ['attach', 3],
  ['portForward', 2],
]);

/** Takes a request target apart: `/exec/<namespace>/<pod>/<container>?command=…`; undefined when a kubelet has no such path. */
export function streamRequest(target: string): StreamRequest | undefined {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const query = new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
  try {
    const [, kind = '', ...rest] = path.split('/').map(decodeURIComponent);
    if (rest.length !== lengths.get(kind) || rest.includes('')) return undefined;
    const [namespace = '', pod = '', container = ''] = rest;
    return { kind, namespace, pod, container, query };
  } catch {
    return undefined;
  }
}
