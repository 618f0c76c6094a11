import type { Kinds } from '../../kinds/index.ts';
import { methodNotAllowed } from '../../meta/index.ts';
import type { Call } from '../call.ts';
import {
  documentStamp,
  documentUrl,
  openapiDocument,
  openapiIndex,
  secondDefinitions,
  secondStamp,
} from './documents/openapi/index.ts';
import { acceptRanges } from '../requests/negotiate.ts';
import type { Page, PageAnswer } from '../server.ts';

const json: ReadonlySet<string> = new Set(['application/json', 'application/*', '*/*']);
const year = 365 * 24 * 3600 * 1000;

const protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** The place of its body among those of v3. */
const second = 'v2';
const titled = { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.37.2' } };

/** OpenAPI v2 in protocol buffers, without kinds (fields 1 and 2 of gnostic's `openapi.v2.Document`): who takes those knows v3. */
function secondInProtobuf(): PageAnswer {
  const { title, version } = titled.info;
  const info = Buffer.concat([textField(1, title), textField(2, version)]);
  const body = Buffer.concat([textField(1, titled.swagger), Buffer.from([0x12, info.length]), info]);
  return { status: 200, type: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf', body };
}

/** A text of at most 127 bytes as a field of a message. */
function textField(number: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text)]);
}

/**
 * OpenAPI v2: the definitions of all kinds in one document, for clients of old; paths stand in v3 alone. And OpenAPI v3: an index of documents, one a group and version, each under a hash. A document is made when it is first asked for, and
 * again when its kinds have changed. Protobuf is declined, as clients expect that may be.
 */
export class OpenapiPages {
  readonly #kinds: Kinds;
  readonly #now: () => number;
  readonly #bodies = new Map<string, { readonly stamp: string; readonly body: Buffer }>();
  #modified: { readonly generation: number; readonly at: number };

  constructor(kinds: Kinds, now: () => number) {
    this.#kinds = kinds;
    this.#now = now;
    this.#modified = { generation: kinds.generation, at: now() };
  }

  page(path: string): Page | undefined {
    if (path === '/openapi/v2') return call => this.#second(call);
    const [root, edition, first, second, third, ...rest] = path.split('/').filter(part => part !== '');
    if (root !== 'openapi' || edition !== 'v3') return undefined;
    if (first === undefined) return call => this.#index(call);
    if (first === 'api' && second !== undefined && third === undefined) {
      return call => this.#document(call, '', second);
    }
    if (first === 'apis' && second !== undefined && third !== undefined && rest.length === 0) {
      return call => this.#document(call, second, third);
    }
    return () => absent;
  }

  #second(call: Call): PageAnswer {
    if (call.method !== 'GET') throw methodNotAllowed();
    if (call.head.header('accept')?.startsWith(protobuf) === true) return secondInProtobuf();
    const stamp = secondStamp(this.#kinds);
    const fields: [string, string][] = [
      ['ETag', `"${stamp}"`],
      ['Vary', 'Accept'],
    ];
    if (call.head.header('if-none-match') === `"${stamp}"`)
      return { status: 304, type: '', body: '', fields };
    const body = this.#secondBody(stamp);
    return { status: 200, type: 'application/json', body, fields: [...fields, this.#lastModified()] };
  }

  #secondBody(stamp: string): Buffer {
    const known = this.#bodies.get(second);
    if (known?.stamp === stamp) return known.body;
    const head = JSON.stringify({ ...titled, paths: {} });
    const body = Buffer.from(`${head.slice(0, -1)},"definitions":${secondDefinitions(this.#kinds)}}`);
    this.#bodies.set(second, { stamp, body });
    return body;
  }

  #index(call: Call): PageAnswer {
    if (call.method !== 'GET') throw methodNotAllowed();
    const body = Buffer.from(JSON.stringify(openapiIndex(this.#kinds)));
    // What it is sent as by every server of Kubernetes.
    return { status: 200, type: 'text/plain; charset=utf-8', body, fields: [this.#lastModified()] };
  }

  #document(call: Call, group: string, version: string): PageAnswer {
    if (call.method !== 'GET') throw methodNotAllowed();
    if (!takesJson(call.head.header('accept'))) {
      return { status: 406, type: '', body: '', fields: [['Vary', 'Accept']] };
    }
    const stamp = documentStamp(this.#kinds, group, version);
    const body = this.#body(group, version, stamp);
    if (body === undefined) return absent;
    const asked = call.query.get('hash') ?? '';
    const fields: [string, string][] = [
      ['ETag', `"${stamp}"`],
      ['Vary', 'Accept'],
    ];
    if (asked !== '' && asked !== stamp) {
      const location: [string, string] = ['Location', documentUrl(this.#kinds, group, version)];
      return { status: 301, type: 'application/json', body: '', fields: [...fields, location] };
    }
    if (asked !== '') fields.push(['Cache-Control', 'public, immutable'], ['Expires', this.#inAYear()]);
    if (call.head.header('if-none-match') === `"${stamp}"`)
      return { status: 304, type: '', body: '', fields };
    return { status: 200, type: 'application/json', body, fields: [...fields, this.#lastModified()] };
  }

  #body(group: string, version: string, stamp: string): Buffer | undefined {
    const key = `${group}/${version}`;
    const known = this.#bodies.get(key);
    if (known?.stamp === stamp) return known.body;
    const document = openapiDocument(this.#kinds, group, version);
    if (document === undefined) {
      this.#bodies.delete(key);
      return undefined;
    }
    const body = Buffer.from(JSON.stringify(document));
    this.#bodies.set(key, { stamp, body });
    return body;
  }

  #inAYear(): string {
    return new Date(this.#now() + year).toUTCString();
  }

  #lastModified(): [string, string] {
    const { generation } = this.#kinds;
    if (generation !== this.#modified.generation) this.#modified = { generation, at: this.#now() };
    return ['Last-Modified', new Date(this.#modified.at).toUTCString()];
  }
}

const absent: PageAnswer = { status: 404, type: '', body: '' };

function takesJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return acceptRanges(accept).some(({ type }) => json.has(type));
}
