import { X509Certificate, createPrivateKey } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { processInfo } from '../../base/detached/index.ts';
import {
  type CertificateRequest,
  type Identity,
  issue,
  newSigningKey,
  type SigningKey,
  signingKey,
} from '../../cluster/access/index.ts';
import type { Showing } from './printing.ts';
import { partUser } from './rights.ts';

const day = 86_400_000;
const year = 365 * day;
/** A certificate is made anew this long before it ends. */
const renewal = 30 * day;
/** A signing key signs this long, and verifies as long again as tokens may live. */
const signs = 30 * day;
const verifies = 120 * day;

/** The common name by which kubelets know the API server. */
export const kubeletClient = 'kube-apiserver-kubelet-client';

/** Who runs a cluster, as others read it. */
export interface Running {
  readonly pid: number;
  /** When the process began, as the system tells it: another one with its number began at another time. */
  readonly start: string;
  readonly server: string;
  /** How people reach the gateway; undefined where there is none. */
  readonly gateway?: string | undefined;
  /** RFC 3339. */
  readonly since: string;
  /** What decides how somebody shows who he is. */
  readonly showing: Showing;
}

/** The folder of a cluster: its state, keys, and what others need to reach it. Only its owner may read it. */
export class Folder {
  readonly path: string;
  readonly #now: () => number;

  constructor(path: string, now: () => number) {
    this.path = resolve(path.replace(/^~(?=\/|$)/, homedir()));
    this.#now = now;
  }

  get state(): string {
    return join(this.path, 'state.db');
  }

  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }

  /** Of one of the processes beside the API. */
  kubeconfigOf(part: string): string {
    return join(this.path, 'parts', `${part}.kubeconfig`);
  }

  make(): void {
    for (const name of ['pki', 'parts']) {
      mkdirSync(join(this.path, name), { recursive: true, mode: 0o700 });
    }
    chmodSync(this.path, 0o700);
  }

  /** The authority of the cluster; made once. */
  authority(): Identity {
    return this.#identity('ca', { commonName: 'davit', use: 'authority', ...this.#span(10 * year) });
  }

  /** The certificate of the API server, for the names and addresses by which clients know it. */
  server(authority: Identity, hosts: readonly string[]): Identity {
    const request = { commonName: 'kube-apiserver', hosts, use: 'server' as const, ...this.#span(year) };
    return this.#identity('apiserver', request, authority);
  }

  /** The certificate of the gateway, for the names and addresses by which people reach it. */
  gateway(authority: Identity, hosts: readonly string[]): Identity {
    const request = { commonName: 'davit-gateway', hosts, use: 'server' as const, ...this.#span(year) };
    return this.#identity('gateway', request, authority);
  }

  /** The certificate of whoever started the cluster: may do everything. */
  admin(authority: Identity): Identity {
    const request = { commonName: 'davit-admin', organizations: ['system:masters'], use: 'client' as const };
    return this.#identity('admin', { ...request, ...this.#span(year) }, authority);
  }

  /** The certificate by which a process of the platform is known to the API, as a user who may what a role gives him. */
  part(authority: Identity, name: string): Identity {
    const request = { commonName: partUser(name), use: 'client' as const, ...this.#span(year) };
    return this.#identity(`part-${name}`, request, authority);
  }

  /** The certificate of the server of this machine's kubelet. */
  kubelet(authority: Identity): Identity {
    const request = {
      commonName: 'davit-kubelet',
      hosts: ['127.0.0.1', 'localhost'],
      use: 'server' as const,
    };
    return this.#identity('kubelet', { ...request, ...this.#span(year) }, authority);
  }

  /** The certificate by which kubelets know the API server. */
  kubeletClient(authority: Identity): Identity {
    const request = { commonName: kubeletClient, use: 'client' as const, ...this.#span(year) };
    return this.#identity('apiserver-kubelet-client', request, authority);
  }

  /** A certificate and its key, as they lie in the folder. */
  read(name: string): Identity {
    const file = (ending: string): string =>
      readFileSync(join(this.path, 'pki', `${name}.${ending}`), 'utf8');
    return { certificate: file('crt'), key: file('key') };
  }

  #span(length: number): Pick<CertificateRequest, 'from' | 'until'> {
    const now = this.#now();
    return { from: now - day, until: now + length };
  }

  #identity(name: string, request: CertificateRequest, authority?: Identity): Identity {
    const certificate = join(this.path, 'pki', `${name}.crt`);
    const key = join(this.path, 'pki', `${name}.key`);
    if (existsSync(certificate) && existsSync(key)) {
      const known = { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
      if (this.#isGood(known, request, authority)) return known;
    }
    const fresh = issue(request, authority);
    write(key, fresh.key);
    write(certificate, fresh.certificate);
    return fresh;
  }

  #isGood(
    { certificate }: Identity,
    { hosts = [], organizations = [] }: CertificateRequest,
    authority?: Identity,
  ): boolean {
    const known = new X509Certificate(certificate);
    // Whoever had more rights in an earlier release gets another one.
    if (organizationsOf(known).join() !== organizations.join()) return false;
    if (new Date(known.validTo).getTime() - this.#now() < renewal) return false;
    if (authority !== undefined && !known.verify(new X509Certificate(authority.certificate).publicKey))
      return false;
    return hosts.every(host => known.checkHost(host) !== undefined || known.checkIP(host) !== undefined);
  }

  /** Keys for tokens of service accounts, the one that signs first; a new one once the last has signed long enough. */
  signingKeys(): SigningKey[] {
    const folder = join(this.path, 'pki');
    const known = readdirSync(folder)
      .flatMap(name => {
        const made = Number(/^service-accounts-(\d+)\.key$/.exec(name)?.[1] ?? Number.NaN);
        return Number.isNaN(made) ? [] : [{ name, made }];
      })
      .toSorted((a, b) => b.made - a.made);
    const now = this.#now();
    for (const { name, made } of known)
      if (made + verifies <= now) rmSync(join(folder, name), { force: true });
    const good = known
      .filter(({ made }) => made + verifies > now)
      .map(({ name, made }) => ({
        ...signingKey(createPrivateKey(readFileSync(join(folder, name)))),
        until: made + verifies,
      }));
    const newest = known[0]?.made ?? 0;
    if (newest + signs > now) return good;
    const fresh = newSigningKey();
    write(
      join(folder, `service-accounts-${now}.key`),
      fresh.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    return [{ ...fresh, until: now + verifies }, ...good];
  }

  write(name: string, text: string): void {
    write(join(this.path, name), text);
  }

  /** Who runs the cluster at the moment; undefined when nobody does, also where one that was killed has left word of itself. */
  running(): Running | undefined {
    let told: Partial<Running> | null;
    try {
      told = JSON.parse(readFileSync(join(this.path, 'daemon.json'), 'utf8')) as Partial<Running> | null;
    } catch {
      return undefined;
    }
    const found = Number.isInteger(told?.pid) ? processInfo(Number(told?.pid)) : undefined;
    if (found === undefined || found.defunct) return undefined;
    // Earlier releases wrote neither when they began nor how users show themselves: theirs may run on while davit is upgraded.
    const whole = { start: found.start, showing: { tlsGenerate: false }, ...told } as Running;
    return whole.start === found.start ? whole : undefined;
  }

  /** Says that this process runs the cluster. */
  claim(told: Omit<Running, 'pid' | 'start'>): void {
    const { pid } = process;
    const start = processInfo(pid)?.start ?? '';
    this.write('daemon.json', `${JSON.stringify({ pid, start, ...told })}\n`);
  }

  release(): void {
    rmSync(join(this.path, 'daemon.json'), { force: true });
  }
}

/** The groups that a certificate names. */
function organizationsOf({ subject }: X509Certificate): string[] {
  return subject.split('\n').flatMap(part => (part.startsWith('O=') ? [part.slice(2)] : []));
}

/** Written beside and moved into place: a reader sees the old file or the new one, whole. */
function write(path: string, text: string): void {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}
