import { type Io, askIdentityOf, readKubeconfig } from '../../cli/index.ts';
import { launcherPath } from '../launcher.ts';

interface Issuer {
  readonly url: string;
  readonly clientId: string;
}

/** A kubeconfig (v1 Config, as JSON, which is YAML) by which clients of Kubernetes log somebody in with `davit login`. */
export async function personalKubeconfig(adminFile: string, email: string, io: Io): Promise<string> {
  const { server, ca, namespace } = await readKubeconfig(adminFile);
  const { url, clientId } = await askIdentityOf<Issuer>(adminFile, io, 'issuer');
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: launcherPath(),
    args: ['login', '--issuer', url, '--client-id', clientId, '--user', email],
    interactiveMode: 'IfAvailable',
    provideClusterInfo: false,
    installHint: 'davit login comes with Davit: npm install -g davit-serving',
  };
  const authority =
    ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'davit',
    clusters: [{ name: 'davit', cluster: { server, ...authority } }],
    users: [{ name: email, user: { exec } }],
    contexts: [{ name: 'davit', context: { cluster: 'davit', user: email, namespace } }],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
