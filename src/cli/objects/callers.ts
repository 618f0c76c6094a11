import { gatewayAudience } from '../../base/access/index.ts';
import type { Session } from './session.ts';

/** Seconds that a token is good: for one request, with time to upload it. */
const lifetime = 3600;

/** Accounts that may call models: of those who run the cluster, and Kubeflow's of a namespace. */
const accounts = (namespace: string): readonly (readonly [namespace: string, name: string])[] => [
  ['istio-system', 'davit-caller'],
  [namespace, 'default-editor'],
  [namespace, 'default-viewer'],
];

/**
 * A bearer by which the gateway knows whoever uses the kubeconfig: its own, or one of a service account that he may use. Undefined
 * when there is none.
 */
export async function bearerFor(
  { transport, token }: Session,
  namespace: string,
): Promise<string | undefined> {
  if (token !== undefined) return token;
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [gatewayAudience], expirationSeconds: lifetime },
  };
  for (const [place, name] of accounts(namespace)) {
    const path = `/api/v1/namespaces/${encodeURIComponent(place)}/serviceaccounts/${name}/token`;
    const { status, body: answer } = await transport.ask({ method: 'POST', path, body });
    const made = (answer as { status?: { token?: string } } | undefined)?.status?.token;
    if (status < 300 && made !== undefined) return made;
  }
  return undefined;
}
