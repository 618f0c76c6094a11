import { createHash } from 'node:crypto';
import type { Kinds } from '../../kinds/index.ts';
import { StatusError } from '../../meta/index.ts';
import type { Call } from '../call.ts';
import { aggregatedDiscovery, aggregatedType } from './documents/aggregated.ts';
import { apiVersions, groupDocument, groupList, resourceList } from './documents/legacy.ts';
import { acceptRanges, isServed } from '../requests/negotiate.ts';
import { jsonPage } from './pages.ts';
import type { Page, PageAnswer } from '../server.ts';

const listed = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** Documents by which clients learn what the server has; made again when the kinds have changed. */
export class DiscoveryPages {
  readonly #kinds: Kinds;
  readonly #address: string;
  readonly #documents = new Map<string, { body: Buffer; etag: string }>();
  #generation = -1;

  /** `address` is where clients reach the server, host and port. */
  constructor(kinds: Kinds, address: string) {
    this.#kinds = kinds;
    this.#address = address;
  }

  page(path: string): Page | undefined {
    const parts = path.split('/').filter(part => part !== '');
    const [root, group = '', version = ''] = parts;
    if (root === 'api' && parts.length === 1) return call => this.#root(call, 'core');
    if (root === 'apis' && parts.length === 1) return call => this.#root(call, 'named');
    if (root === 'api' && parts.length === 2) return call => this.#resources(call, '', group);
    if (root === 'apis' && parts.length === 2) return this.#group(group);
    if (root === 'apis' && parts.length === 3) {
      return this.#knows(group) ? call => this.#resources(call, group, version) : undefined;
    }
    return undefined;
  }

  #root(call: Call, which: 'core' | 'named'): PageAnswer {
    const form = formOf(call.head.header('accept'));
    if (form === 'aggregated') return this.#aggregated(call, which);
    const document = which === 'core' ? apiVersions(this.#address) : groupList(this.#kinds);
    return jsonPage(call, document);
  }

  #group(group: string): Page | undefined {
    const document = groupDocument(this.#kinds, group);
    return document === undefined ? undefined : call => jsonPage(call, document);
  }

  #resources(call: Call, group: string, version: string): PageAnswer {
    const document = resourceList(this.#kinds, group, version);
    if (document === undefined) {
      throw new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
    }
    return jsonPage(call, document);
  }

  #knows(group: string): boolean {
    return this.#kinds.groups.some(one => one.group === group);
  }

  #aggregated(call: Call, which: 'core' | 'named'): PageAnswer {
    const { body, etag } = this.#document(which);
    const fields = [
      ['ETag', etag],
      ['Cache-Control', 'public'],
      ['Vary', 'Accept'],
    ] as const;
    if (call.head.header('if-none-match') === etag) return { status: 304, type: '', body: '', fields };
    return { status: 200, type: aggregatedType, body, fields };
  }

  #document(which: 'core' | 'named'): { body: Buffer; etag: string } {
    if (this.#generation !== this.#kinds.generation) this.#documents.clear();
    this.#generation = this.#kinds.generation;
    const known = this.#documents.get(which);
    if (known !== undefined) return known;
    const body = Buffer.from(`${JSON.stringify(aggregatedDiscovery(this.#kinds, which))}\n`);
    const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
    const document = { body, etag };
    this.#documents.set(which, document);
    return document;
  }
}

/** Which form of discovery a client takes: the first that is known. */
function formOf(accept: string | undefined): 'aggregated' | 'legacy' {
  if (accept === undefined || accept === '') return 'legacy';
  for (const { type, parameters } of acceptRanges(accept)) {
    const as = parameters.get('as');
    if (type !== 'application/json' && as !== undefined) continue;
    if (as === undefined) {
      // Clients put protocol buffers, which documents are not served in, before JSON.
      if (isServed(type)) return 'legacy';
      continue;
    }
    const aggregated = as === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io';
    if (aggregated && parameters.get('v') === 'v2') return 'aggregated';
  }
  throw new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${listed}`);
}
