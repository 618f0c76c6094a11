import type { Tokens } from '../../edge/identity/native/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const kind = 'ExecCredential';
const newest = 'client.authentication.k8s.io/v1';
const older = 'client.authentication.k8s.io/v1beta1';

/** The version that kubectl, or another client, asks a credential in; undefined when none has started this program. */
export function askedVersion(env: Environment): string | undefined {
  const info = env['KUBERNETES_EXEC_INFO'] ?? '';
  if (info === '') return undefined;
  try {
    const { apiVersion } = JSON.parse(info) as { readonly apiVersion?: unknown };
    return apiVersion === older ? older : newest;
  } catch {
    return newest;
  }
}

/** What clients of Kubernetes read; they keep it until it expires. */
export function execCredential(apiVersion: string, { idToken, expires }: Tokens): string {
  const expirationTimestamp = new Date(expires).toISOString().replace(/\.\d+/, '');
  return JSON.stringify({ apiVersion, kind, status: { token: idToken, expirationTimestamp } });
}
