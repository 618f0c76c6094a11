import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { issue, type Identity } from '../../../../src/cluster/access/index.ts';
import { HttpTransport, type Transport } from '../../../../src/cluster/client/index.ts';
import { freePort } from '../../../e2e/platform.ts';

/** Milliseconds that a program gets to be ready; only a bound on hanging. */
const patience = 120_000;
const day = 86_400_000;

/** etcd, kube-apiserver, kube-controller-manager and kube-scheduler, as programs of a folder, on free ports of loopback. */
export class RealCluster {
  readonly #programs: string;
  readonly #folder: string;
  readonly #running: ChildProcess[] = [];
  readonly authority: Identity;
  #server = '';

  /** @throws Error that names a program that is not in the folder */
  constructor(programs: string, folder: string) {
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) {
      if (!existsSync(join(programs, name))) throw new Error(`found no ${name} in ${programs}`);
    }
    this.#programs = programs;
    this.#folder = folder;
    this.authority = issue({ commonName: 'real-cluster', use: 'authority', ...span() });
  }

  async start(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    this.#write('ca', this.authority);
    const [client, peer, api] = [await freePort(), await freePort(), await freePort()];
    const store = `http://127.0.0.1:${client}`;
    const peers = `http://127.0.0.1:${peer}`;
    this.#server = `https://127.0.0.1:${api}`;
    this.run('etcd', [
      `--data-dir=${join(this.#folder, 'etcd')}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
      `--listen-client-urls=${store}`,
      `--advertise-client-urls=${store}`,

      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
    ]);
    const hosts = ['127.0.0.1', '10.96.0.1', 'localhost', 'kubernetes.default.svc'];
    const server = this.#write('server', this.identity('kube-apiserver', 'server', hosts));
    // Tokens of ServiceAccounts are signed with the server's own key, and its certificate verifies them.
    this.run('kube-apiserver', [
      `--etcd-servers=${store}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${api}`,
      '--advertise-address=192.0.2.1',

      `--tls-cert-file=${server}.crt`,
      `--tls-private-key-file=${server}.key`,
      `--client-ca-file=${this.#file('ca')}.crt`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${server}.crt`,
      `--service-account-signing-key-file=${server}.key`,

      '--service-cluster-ip-range=10.96.0.0/16',
      '--authorization-mode=Node,RBAC',
      '--allow-privileged=true',
    ]);
    await this.#ready();
    this.run('kube-controller-manager', [
      `--kubeconfig=${this.kubeconfig('kcm', 'system:kube-controller-manager')}`,

      '--bind-address=127.0.0.1',
      `--secure-port=${await freePort()}`,
      '--authentication-skip-lookup',
      '--leader-elect=false',
      '--use-service-account-credentials',
      `--root-ca-file=${this.#file('ca')}.crt`,
      `--service-account-private-key-file=${server}.key`,
      // Nobody renews the leases of pretended nodes, and nobody measures pods.
      '--controllers=*,-node-lifecycle-controller',
      '--horizontal-pod-autoscaler-sync-period=3600s',
    ]);
    this.run('kube-scheduler', [
      `--kubeconfig=${this.kubeconfig('scheduler', 'system:kube-scheduler')}`,

      '--bind-address=127.0.0.1',
      `--secure-port=${await freePort()}`,
      '--authentication-skip-lookup',
      '--leader-elect=false',
    ]);
  }

  identity(
    commonName: string,
    use: 'server' | 'client',
    hosts: readonly string[] = [],
    organizations: readonly string[] = [],
  ): Identity {
    return issue({ commonName, use, hosts, organizations, ...span() }, this.authority);
  }

  /** A kubeconfig of somebody; its file. */
  kubeconfig(name: string, user: string, groups: readonly string[] = []): string {
    const { certificate, key } = this.identity(user, 'client', [], groups);
    const data = (text: string): string => Buffer.from(text).toString('base64');
    const file = `${this.#file(name)}.kubeconfig`;
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'real',
          cluster: { server: this.#server, 'certificate-authority-data': data(this.authority.certificate) },
        },
      ],
      users: [{ name, user: { 'client-certificate-data': data(certificate), 'client-key-data': data(key) } }],
      contexts: [{ name, context: { cluster: 'real', user: name } }],
      'current-context': name,
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  /** The way of an administrator to the API, under the name of a program. */
  transport(userAgent: string): Transport {
    const { certificate, key } = this.identity('kubernetes-admin', 'client', [], ['system:masters']);
    return new HttpTransport({
      server: this.#server,
      ca: this.authority.certificate,
      certificate,
      key,
      userAgent,
    });
  }

  /** Starts a program that ends with the others; what it prints lies in the folder. */
  run(name: string, words: readonly string[], program = join(this.#programs, name)): ChildProcess {
    const log = openSync(`${this.#file(name)}.log`, 'a');
    const child = spawn(program, words, { stdio: ['ignore', log, log] });
    this.#running.push(child);
    return child;
  }

  stop(): void {
    for (const child of this.#running.toReversed()) child.kill('SIGKILL');
  }

  /** Writes a certificate and its key; the name of their files without ending. */
  #write(name: string, { certificate, key }: Identity): string {
    writeFileSync(`${this.#file(name)}.crt`, certificate);
    writeFileSync(`${this.#file(name)}.key`, key, { mode: 0o600 });
    return this.#file(name);
  }

  writeIdentity(name: string, identity: Identity): string {
    return this.#write(name, identity);
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  async #ready(): Promise<void> {
    const transport = this.transport('readiness');
    const until = performance.now() + patience;
    while (true) {
      const status = await transport.ask({ method: 'GET', path: '/readyz' }).then(
        reply => reply.status,
        () => 0,
      );
      if (status === 200) return;
      if (performance.now() > until) throw new Error(`kube-apiserver is not ready: see ${this.#folder}`);
      await later(200);
    }
  }
}

function span(): { readonly from: number; readonly until: number } {
  return { from: Date.now() - day, until: Date.now() + 30 * day };
}
