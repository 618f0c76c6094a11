import type { Cluster } from '../../cluster/view/index.ts';
import type { HostedPod, Projection } from './shapes.ts';

type Request = NonNullable<Projection['serviceAccountToken']>;

/** Seconds that a token is asked for when its volume does not say. */
const usualSpan = 3600;

/** Tokens of a pod's service account, renewed once four fifths of their time have passed. */
export class PodTokens {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, { token: string; renew: number }>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** When the first is to be renewed; milliseconds since 1970. */
  get renewal(): number {
    return Math.min(...[...this.#known.values()].map(({ renew }) => renew));
  }

  async for(pod: HostedPod, { audience, expirationSeconds = usualSpan, path }: Request): Promise<string> {
    const key = `${audience ?? ''} ${path}`;
    const known = this.#known.get(key);
    const now = this.#cluster.now();
    if (known !== undefined && known.renew > now) return known.token;
    const { namespace = '', name, uid } = pod.metadata;
    const account = pod.spec.serviceAccountName ?? 'default';
    const answer = await this.#cluster.client('serviceaccounts').createBelow(namespace, account, 'token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience === undefined ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    });
    const { token, expirationTimestamp } = (
      answer as { status: { token: string; expirationTimestamp: string } }
    ).status;
    const left = Date.parse(expirationTimestamp) - now;
    this.#known.set(key, { token, renew: now + left * 0.8 });
    return token;
  }
}
