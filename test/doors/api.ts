import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { HttpTransport } from '../../src/cluster/client/index.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
}

/** The Kubernetes API of a platform, asked as its administrator. */
export class Api {
  readonly server: string;
  readonly ca: string;
  readonly #transport: HttpTransport;

  constructor(kubeconfig: string) {
    const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const { cluster } = clusters[0] as Kubeconfig['clusters'][number];
    const { user } = users[0] as Kubeconfig['users'][number];
    const decoded = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString();
    this.server = cluster['server'] ?? '';
    this.ca = decoded(cluster['certificate-authority-data']);
    const certificate = decoded(user['client-certificate-data']);
    const key = decoded(user['client-key-data']);
    this.#transport = new HttpTransport({
      server: this.server,
      ca: this.ca,
      certificate,
      key,
      userAgent: 'tests/1',
    });
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- objects of every kind are looked into
  async get(path: string): Promise<any> {
    return (await this.#transport.ask({ method: 'GET', path })).body;
  }

  /** @throws Error with what the server says against it */
  // oxlint-disable-next-line typescript/no-explicit-any -- objects of every kind are looked into
  async make(path: string, body: object): Promise<any> {
    const answered = await this.#transport.ask({ method: 'POST', path, body });
    if (answered.status !== 201) throw new Error(`${path}: ${JSON.stringify(answered.body)}`);
    return answered.body;
  }

  /** Waits until an object is as wanted. */
  // oxlint-disable-next-line typescript/no-explicit-any -- objects of every kind are looked into
  async until(path: string, holds: (object: any) => boolean): Promise<any> {
    const end = Date.now() + 90_000;
    for (;;) {
      const object = await this.get(path);
      if (holds(object)) return object;
      if (Date.now() > end) throw new Error(`${path} stays ${JSON.stringify(object)}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  /**
   * Asks the keeper of who is known, as a gateway or a command does.
   * @throws Error with what is said against it
   */
  async identity<Answer>(method: 'POST' | 'PUT' | 'DELETE', call: string, body?: object): Promise<Answer> {
    const path = `/davit/identity/${call}`;
    const answered = await this.#transport.ask({ method, path, ...(body && { body }) });
    if (answered.status !== 200) throw new Error(`${path}: ${JSON.stringify(answered.body)}`);
    return answered.body as Answer;
  }

  close(): void {
    this.#transport.close();
  }
}
