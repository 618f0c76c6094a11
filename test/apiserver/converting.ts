import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { issue } from '../../src/cluster/access/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';

const hour = 3_600_000;

/** A ConversionReview's request. */
export interface Asked {
  readonly uid: string;
  readonly desiredAPIVersion: string;
  readonly objects: readonly KubeObject[];
}

/** What a webhook does instead of answering well. */
export type Answer = (asked: Asked, response: ServerResponse) => object | undefined | Promise<object>;

/**
 * A conversion webhook as somebody writes one, over HTTPS: version `v1` has `hostPort: "host:port"`, the others `host` and `port`.
 */
export class Converting {
  readonly caBundle: string;
  /** Reviews that came. */
  readonly seen: Asked[] = [];
  /** Undefined: it converts. */
  answer: Answer | undefined;
  readonly #server: ReturnType<typeof createServer>;

  constructor(hosts: readonly string[] = ['127.0.0.1']) {
    const span = { from: Date.now() - hour, until: Date.now() + hour };
    const authority = issue({ commonName: 'conversions', use: 'authority', ...span });
    const identity = issue({ commonName: 'conversions', use: 'server', hosts, ...span }, authority);
    this.caBundle = Buffer.from(authority.certificate).toString('base64');
    const tls = { key: identity.key, cert: identity.certificate };
    this.#server = createServer(tls, (request, response) => void this.#answered(request, response));
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}/convert`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answered(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { request: asked } = JSON.parse(text) as { readonly request: Asked };
    this.seen.push(asked);
    const body = this.answer === undefined ? converted(asked) : await this.answer(asked, response);
    if (body !== undefined) response.end(JSON.stringify(body));
  }
}

/** A good answer, with some of it replaced. */
export function converted(asked: Asked, more: object = {}): object {
  return review({
    uid: asked.uid,
    result: { status: 'Success' },
    convertedObjects: asked.objects.map(object => turned(object, asked.desiredAPIVersion)),
    ...more,
  });
}

export function review(response: unknown): object {
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', response };
}

/** An object in another version. */
export function turned(object: KubeObject, apiVersion: string): KubeObject {
  const { hostPort, host, port, ...rest } = object as KubeObject & {
    readonly hostPort?: string;
    readonly host?: string;
    readonly port?: string;
  };
  if (apiVersion.endsWith('/v1')) {
    return { ...rest, apiVersion, ...(host !== undefined && { hostPort: `${host}:${port}` }) };
  }
  const [name, number] = (hostPort ?? '').split(':');
  return { ...rest, apiVersion, ...(hostPort !== undefined && { host: name, port: number }) };
}

const text = { type: 'string' };

function versionOf(name: string, properties: object, more: object): object {
  const schema = { openAPIV3Schema: { type: 'object', properties } };
  return { name, served: true, storage: false, schema, ...more };
}

/** A definition of two versions that a webhook turns into each other; `storage` names the one that is stored. */
export function definition(plural: string, webhook: object, storage = 'v1', more: object = {}): object {
  const spread = { host: text, port: { ...text, default: '80' }, note: text };
  const column = { name: 'Host', type: 'string', jsonPath: '.host' };
  const versions = [
    versionOf('v1', { hostPort: text, note: text }, { storage: storage === 'v1' }),
    versionOf('v2', spread, {
      storage: storage === 'v2',
      selectableFields: [{ jsonPath: '.host' }],
      additionalPrinterColumns: [column],
    }),
  ];
  const conversion = {
    strategy: 'Webhook',
    webhook: { conversionReviewVersions: ['v1'], clientConfig: webhook },
  };
  const kind = `${plural.slice(0, 1).toUpperCase()}${plural.slice(1, -1)}`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.turned.example.dev` },
    spec: {
      group: 'turned.example.dev',
      scope: 'Namespaced',
      names: { plural, kind },
      versions,
      conversion,
      ...more,
    },
  };
}
