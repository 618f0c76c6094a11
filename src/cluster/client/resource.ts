import { type GroupResource, type KubeObject, StatusError, type Status } from '../meta/index.ts';
import type { Reply, Transport } from './transport.ts';

/** Which collection of the API is meant. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface Collection<Item extends KubeObject> {
  readonly items: readonly Item[];
  readonly resourceVersion: string;
  /** Where a list goes on that ended at a limit; empty where it did not. */
  readonly continue: string;
}

export interface WatchEvent<Item extends KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Item;
}

export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface Deletion {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
}

const partial = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const partialList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

type PatchType = 'merge' | 'strategic-merge' | 'json';

/** Objects of one kind through the API. Every method throws the StatusError that the server answers. */
export class ResourceClient<Item extends KubeObject = KubeObject> {
  readonly resource: Resource;
  readonly #transport: Transport;
  readonly #form: 'whole' | 'metadata';

  /** With the form `metadata` objects come with their metadata alone. */
  constructor(transport: Transport, resource: Resource, form: 'whole' | 'metadata' = 'whole') {
    this.#transport = transport;
    this.resource = resource;
    this.#form = form;
  }

  get about(): GroupResource {
    return { group: this.resource.group, resource: this.resource.plural };
  }

  async get(namespace: string, name: string): Promise<Item> {
    return this.#ask('GET', this.#path(namespace, name));
  }

  /** The objects of a collection, each with the kind that a list of built-in kinds says once for all of them. */
  async list(
    selection: Selection = {},
    query: Readonly<Record<string, string>> = {},
  ): Promise<Collection<Item>> {
    const { namespace = '' } = selection;
    const path = `${this.#path(namespace)}${queryText(selection, query)}`;
    const list = await this.#ask<{
      apiVersion: string;
      kind: string;
      items: readonly Item[] | null;
      metadata: { resourceVersion: string; continue?: string };
    }>('GET', path);
    const { apiVersion } = list;
    const kind = list.kind.replace(/List$/, '');
    const items = (list.items ?? []).map(item =>
      item.kind === undefined ? { ...item, apiVersion, kind } : item,
    );
    const { resourceVersion, continue: token = '' } = list.metadata;
    return { items, resourceVersion, continue: token };
  }

  watch(
    selection: Selection,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent<Item>> {
    const { namespace = '' } = selection;
    const path = `${this.#path(namespace)}${queryText(selection, { ...query, watch: 'true' })}`;
    const accept = this.#form === 'whole' ? {} : { accept: partial };
    const ask = { method: 'GET', path, signal, ...accept };
    return this.#transport.stream(ask) as AsyncIterable<WatchEvent<Item>>;
  }

  async create(object: Item, query = ''): Promise<Item> {
    return this.#ask('POST', `${this.#path(object.metadata.namespace ?? '')}${query}`, object);
  }

  async update(object: Item, subresource = ''): Promise<Item> {
    const { namespace = '', name = '' } = object.metadata;
    return this.#ask('PUT', this.#path(namespace, name, subresource), object);
  }

  async patch(
    namespace: string,
    name: string,
    type: PatchType,
    patch: unknown,
    subresource = '',
  ): Promise<Item> {
    const path = this.#path(namespace, name, subresource);
    return this.#ask('PATCH', path, patch, `application/${type}-patch+json`);
  }

  /** Creates below an object: `pods/binding`, `pods/eviction`. */
  async createBelow(namespace: string, name: string, subresource: string, body: unknown): Promise<unknown> {
    return this.#ask('POST', this.#path(namespace, name, subresource), body);
  }

  async delete(namespace: string, name: string, options: Deletion = {}): Promise<void> {
    const { uid, resourceVersion, propagation, gracePeriodSeconds } = options;
    const preconditions = {
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    };
    await this.#ask('DELETE', this.#path(namespace, name), {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(Object.keys(preconditions).length > 0 && { preconditions }),
      ...(propagation !== undefined && { propagationPolicy: propagation }),
      ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    });
  }

  #path(namespace: string, name = '', subresource = ''): string {
    return pathOf(this.resource, namespace, name, subresource);
  }

  async #ask<Answer = Item>(
    method: string,
    path: string,
    body?: unknown,
    contentType?: string,
  ): Promise<Answer> {
    const reply = await this.#transport.ask({
      method,
      path,
      ...(body !== undefined && { body }),
      ...(contentType !== undefined && { contentType }),
      ...(method === 'GET' && this.#form === 'metadata' && { accept: partialList }),
    });
    throwIfFailed(reply);
    return reply.body as Answer;
  }
}

/** Where the API has a collection, an object of it, or what lies below one. An empty namespace means all of them. */
export function pathOf(resource: Resource, namespace: string, name = '', subresource = ''): string {
  const { group, version, plural, namespaced } = resource;
  const parts = group === '' ? ['api', version] : ['apis', group, version];
  if (namespaced && namespace !== '') parts.push('namespaces', namespace);
  parts.push(plural);
  if (name !== '') parts.push(name);
  if (subresource !== '') parts.push(subresource);
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

/** @throws StatusError of a failure. */
export function throwIfFailed({ status, body }: Reply): void {
  if (status < 400) return;
  const failure = body as Status | undefined;
  if (failure?.kind !== 'Status') {
    throw new StatusError(
      status,
      undefined,
      typeof body === 'string' ? body.trim() : `HTTP status ${status}`,
    );
  }
  throw new StatusError(status, failure.reason, failure.message ?? '', failure.details);
}

function queryText(selection: Selection, query: Readonly<Record<string, string>>): string {
  const { labelSelector, fieldSelector } = selection;
  const parameters = new URLSearchParams(query);
  if (labelSelector !== undefined) parameters.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined) parameters.set('fieldSelector', fieldSelector);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
