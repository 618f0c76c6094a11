import type { Identity } from '../../cluster/access/index.ts';

export interface KubeconfigParts {
  readonly server: string;
  readonly authority: Identity;
  readonly admin: Identity;
  /** The namespace that is meant when none is named. */
  readonly namespace: string;
}

/** A kubeconfig (v1 Config) with everything in it. */
export function kubeconfig({ server, authority, admin, namespace }: KubeconfigParts): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: davit',
    'clusters:',
    '- name: davit',
    '  cluster:',
    `    server: ${server}`,
    `    certificate-authority-data: ${base64(authority.certificate)}`,
    'users:',
    '- name: davit-admin',
    '  user:',
    `    client-certificate-data: ${base64(admin.certificate)}`,
    `    client-key-data: ${base64(admin.key)}`,
    'contexts:',
    '- name: davit',
    '  context:',
    '    cluster: davit',
    '    user: davit-admin',
    `    namespace: ${namespace}`,
    '',
  ].join('\n');
}
