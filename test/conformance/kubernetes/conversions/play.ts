import { setTimeout as pause } from 'node:timers/promises';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import {
  type Answer,
  converted,
  type Converting,
  definition,
  review,
} from '../../../apiserver/converting.ts';

/** Asks a server; what came of it. */
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;

/** What a server said, with what differs from run to run replaced. */
export interface Said {
  readonly id: string;
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: unknown;
  /** Of a success: the object without what servers number and time. */
  readonly object?: unknown;
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = 'turned.example.dev';

function failing(result: object): Answer {
  return ({ uid }) => review({ uid, result });
}

/** Answers with each object changed. */
function changing(change: (object: KubeObject) => unknown): Answer {
  return asked => {
    const good = converted(asked) as { response: { convertedObjects: readonly KubeObject[] } };
    return converted(asked, { convertedObjects: good.response.convertedObjects.map(change) });
  };
}

function withMetadata(more: object): Answer {
  return changing(object => ({ ...object, metadata: { ...object.metadata, ...more } }));
}

/** What a webhook does, by name. */
const answers: Readonly<Record<string, Answer>> = {
  'no response': () => review(undefined),
  'another kind of review': asked => ({ ...converted(asked), kind: 'AdmissionReview' }),
  'another version of reviews': asked => ({
    ...converted(asked),
    apiVersion: 'apiextensions.k8s.io/v1beta1',
  }),
  'no type': asked => ({ response: (converted(asked) as { response: unknown }).response }),
  'another uid': asked => converted(asked, { uid: 'other' }),
  'no result': asked => converted(asked, { result: undefined }),
  'a failure with a message': failing({ status: 'Failure', message: 'it does not fit' }),
  'a failure without a message': failing({ status: 'Failure' }),
  'no objects': asked => converted(asked, { convertedObjects: [] }),
  'too many objects': asked => converted(asked, { convertedObjects: [...asked.objects, ...asked.objects] }),
  'the same version': asked => converted(asked, { convertedObjects: asked.objects }),
  'no version': changing(({ apiVersion: _, ...object }) => object),
  'another kind': changing(object => ({ ...object, kind: 'Other' })),
  'another name': withMetadata({ name: 'other' }),
  'another namespace': withMetadata({ namespace: 'other' }),
  'another uid of an object': withMetadata({ uid: 'other' }),
  'no metadata': changing(({ metadata: _, ...object }) => object),
  'labels that are no texts': withMetadata({ labels: { a: 1 } }),
  'labels that are a list': withMetadata({ labels: [] }),
  'a label that is none': withMetadata({ labels: { 'a b': '' } }),
  'an annotation that is none': withMetadata({ annotations: { 'a b': '' } }),
  'new labels and annotations': withMetadata({ labels: { a: 'b' }, annotations: { c: 'd' } }),
  'other metadata': withMetadata({ finalizers: ['a/b'], generation: 9, resourceVersion: '1' }),
  'unknown fields': changing(object => ({ ...object, strange: { a: 1 } })),
  'another type of a field': changing(object => ({ ...object, host: 7 })),
  'an object that is none': asked => converted(asked, { convertedObjects: [7] }),
  'null for an object': asked => converted(asked, { convertedObjects: [null] }),
  'no JSON': (_, response) => {
    response.end('nothing');
    return undefined;
  },
  'a failure of HTTP': (_, response) => {
    response.statusCode = 500;
    response.end('broken');
    return undefined;
  },
  'nothing there': (_, response) => {
    response.statusCode = 404;
    response.end();
    return undefined;
  },
};

const requests = ['GET', 'POST', 'PUT', 'DELETE'] as const;

/** Bad answers that are looked at for each request, rather than for reads alone. */
const forAll = ['a failure with a message', 'another name'];

export class Player {
  readonly #ask: Ask;
  readonly #webhook: Converting;
  readonly #said: Said[] = [];
  #made = 0;

  constructor(ask: Ask, webhook: Converting) {
    this.#ask = ask;
    this.#webhook = webhook;
  }

  async play(): Promise<readonly Said[]> {
    for (const [id, answer] of Object.entries(answers)) {
      for (const request of forAll.includes(id) ? requests : (['GET'] as const)) {
        await this.#request(id, request, answer);
      }
    }
    await this.#elsewhere();
    return this.#said;
  }

  async #request(id: string, request: (typeof requests)[number], answer: Answer): Promise<void> {
    const { at, plural } = await this.#define({ url: this.#webhook.url, caBundle: this.#webhook.caBundle });
    await this.#ask('POST', at('v1'), thing(plural, 'v1', 'one', { hostPort: 'a:1' }));
    this.#webhook.answer = answer;
    const path = request === 'POST' ? at('v2') : at('v2', 'one');
    const body = thing(plural, 'v2', request === 'POST' ? 'two' : 'one', { host: 'b', port: '2' });
    const said = await this.#ask(request, path, ['POST', 'PUT'].includes(request) ? body : undefined);
    this.#note(`${id}: ${request}`, said);
    this.#webhook.answer = undefined;
    await this.#ask('DELETE', `${definitions}/${plural}.${group}`);
  }

  /** Webhooks that are not there. */
  async #elsewhere(): Promise<void> {
    const { caBundle, url } = this.#webhook;
    const clients = {
      'nobody listens': { url: 'https://127.0.0.1:1/convert', caBundle },
      'a service that is not there': { service: { namespace: 'default', name: 'absent' }, caBundle },
      'a host that is not there': { url: 'https://absent.invalid/convert', caBundle },
      'a certificate of nobody': { url },
    };
    for (const [id, client] of Object.entries(clients)) {
      const { at, plural } = await this.#define(client);
      this.#note(id, await this.#ask('POST', at('v2'), thing(plural, 'v2', 'two', { host: 'b' })));
      await this.#ask('DELETE', `${definitions}/${plural}.${group}`);
    }
  }

  async #define(client: object): Promise<{ at: (version: string, name?: string) => string; plural: string }> {
    const plural = `turned${'abcdefghijklmnopqrstuvwxyz'[this.#made % 26]}${'abcdefghijklmnopqrstuvwxyz'[Math.floor(this.#made / 26)]}s`;
    this.#made += 1;
    // What an earlier run has left.
    await this.#ask('DELETE', `${definitions}/${plural}.${group}`);
    for (let made = 0; made !== 201;) {
      ({ status: made } = await this.#ask('POST', definitions, definition(plural, client)));
    }
    const at = (version: string, name = ''): string =>
      `/apis/${group}/${version}/namespaces/default/${plural}${name === '' ? '' : `/${name}`}`;
    for (;;) {
      const answers = await Promise.all(['v1', 'v2'].map(version => this.#ask('GET', at(version))));
      if (answers.every(({ status }) => status === 200)) return { at, plural };
      await pause(20);
    }
  }

  #note(id: string, { status, body }: Awaited<ReturnType<Ask>>): void {
    const text = (value: unknown): string | undefined =>
      typeof value === 'string' ? this.#stable(value) : undefined;
    const [reason, message] = [text(body['reason']), text(body['message'])];
    if (status >= 400) {
      this.#said.push({
        id,
        status,
        ...(reason !== undefined && { reason }),
        ...(message !== undefined && { message }),
        ...(body['details'] !== undefined && {
          details: JSON.parse(this.#stable(JSON.stringify(body['details']))) as unknown,
        }),
      });
      return;
    }
    const object = JSON.parse(this.#stable(JSON.stringify(body))) as { metadata?: Record<string, unknown> };
    for (const field of ['managedFields', 'resourceVersion', 'creationTimestamp', 'uid']) {
      delete object.metadata?.[field];
    }
    this.#said.push({ id, status, object });
  }

  #stable(text: string): string {
    return (
      text
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
        .replaceAll(`:${this.#webhook.port}`, ':<port>')
        .replaceAll(/([Tt])urned[a-z]{2}(s?)\b/g, '$1urned$2')
        .replaceAll(/revision=\d+/g, 'revision=<rv>')
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
        // Which server was asked about names is the machine's.
        .replaceAll(/(lookup [a-z.]+) on [\d.]+:\d+/g, '$1')
    );
  }
}

function thing(plural: string, version: string, name: string, more: object): object {
  const kind = `${plural.slice(0, 1).toUpperCase()}${plural.slice(1, -1)}`;
  return { apiVersion: `${group}/${version}`, kind, metadata: { name }, ...more };
}
