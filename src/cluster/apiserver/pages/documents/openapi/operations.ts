import type { Kind } from '../../../../kinds/index.ts';
import type { JsonObject } from '../../../../meta/index.ts';
import { operationPrefix, reference, shared, tag } from './names.ts';
import {
  deleting,
  deletingMany,
  listing,
  type Parameters,
  patching,
  reading,
  writing,
} from './parameters.ts';

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

/** An operation before it is written: parameters are still to be shared with the others of its path. */
export interface Operation {
  readonly method: Method;
  readonly query: Parameters;
  /** What it answers is not ours to format. */
  readonly connects: boolean;
  readonly fields: JsonObject;
}

interface Asked {
  readonly method: Method;
  /** `readNamespacedPod`: the verb, then what it is about. */
  readonly name: readonly [verb: string, subject: string];
  readonly action: string;
  readonly query?: Parameters;
  readonly body?: JsonObject;
  /** The schema of the answer, under the statuses it comes with. */
  readonly answer: JsonObject;
  readonly statuses?: readonly string[];
  readonly types?: readonly string[];
  /** What it is about, when that is not the kind. */
  readonly about?: { readonly group: string; readonly version: string; readonly kind: string };
}

const encodings = ['application/json', 'application/yaml'];
const watchable = ['application/json', 'application/json;stream=watch', 'application/yaml'];
const statusNames: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

function content(types: readonly string[], schema: JsonObject): JsonObject {
  return Object.fromEntries(types.map(type => [type, { schema }]));
}

/** The operations of one kind, each as its path needs it. */
export class Operations {
  readonly #kind: Kind;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  get #typed(): boolean {
    return this.#kind.manner === 'typed';
  }

  list(subject: string, schema: string): Operation {
    return this.#operation({
      method: 'get',
      name: ['list', subject],
      action: 'list',
      query: listing,
      answer: reference(schema),
      ...(this.#typed && { types: watchable }),
    });
  }

  watch(subject: string, action: 'watch' | 'watchlist'): Operation {
    const answer = reference(shared.watchEvent);
    return this.#operation({
      method: 'get',
      name: ['watch', subject],
      action,
      query: listing,
      answer,
      types: watchable,
    });
  }

  create(subject: string, schema: string, about?: Asked['about']): Operation {
    const statuses = ['200', '201', '202'];
    return this.#writes(['create', subject], 'post', schema, statuses, about);
  }

  replace(subject: string, schema: string, about?: Asked['about']): Operation {
    return this.#writes(['replace', subject], 'put', schema, ['200', '201'], about);
  }

  #writes(
    name: Asked['name'],
    method: 'post' | 'put',
    schema: string,
    statuses: readonly string[],
    about?: Asked['about'],
  ): Operation {
    const body = this.#body(schema, true);
    const answer = reference(schema);
    const asked = { name, method, action: method, query: writing, body, answer, statuses };
    return this.#operation({ ...asked, ...(about !== undefined && { about }) });
  }

  read(subject: string, schema: string, about?: Asked['about']): Operation {
    return this.#operation({
      method: 'get',
      name: ['read', subject],
      action: 'get',
      ...(!this.#typed && { query: reading }),
      answer: reference(schema),
      ...(about !== undefined && { about }),
    });
  }

  /** An answer that is text: logs. */
  readText(subject: string, query: Parameters): Operation {
    const types = [...encodings, 'text/plain'];
    const answer = { type: 'string' };
    return this.#operation({ method: 'get', name: ['read', subject], action: 'get', query, answer, types });
  }

  patch(subject: string, schema: string, about?: Asked['about']): Operation {
    const types = [
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
    ];
    const all = this.#typed ? [...types, 'application/strategic-merge-patch+json'] : types;
    return this.#operation({
      method: 'patch',
      name: ['patch', subject],
      action: 'patch',
      query: patching,
      body: { content: content(all, reference(shared.patch)), required: true },
      answer: reference(schema),
      ...(this.#typed && { statuses: ['200', '201'] }),
      ...(about !== undefined && { about }),
    });
  }

  remove(subject: string, answer: string): Operation {
    return this.#operation({
      method: 'delete',
      name: ['delete', subject],
      action: 'delete',
      query: deleting,
      body: this.#body(shared.deleteOptions, false),
      answer: reference(answer),
      statuses: ['200', '202'],
    });
  }

  removeMany(subject: string): Operation {
    return this.#operation({
      method: 'delete',
      name: ['delete', `Collection${subject}`],
      action: 'deletecollection',
      query: this.#typed ? deletingMany : listing,
      ...(this.#typed && { body: this.#body(shared.deleteOptions, false) }),
      answer: reference(shared.status),
    });
  }

  connect(method: Method, subject: string, query: Parameters, about: Asked['about']): Operation {
    const verb = `${method.charAt(0).toUpperCase()}${method.slice(1)}`;
    return this.#operation({
      method,
      name: ['connect', `${verb}${subject}`],
      action: 'connect',
      query,
      answer: { type: 'string' },
      types: ['*/*'],
      ...(about !== undefined && { about }),
    });
  }

  #body(schema: string, required: boolean): JsonObject {
    const types = this.#typed ? ['*/*'] : encodings;
    return { content: content(types, reference(schema)), ...(required && { required: true }) };
  }

  #operation({ method, name, action, query = {}, body, answer, statuses, types, about }: Asked): Operation {
    const { group, version, kind } = this.#kind;
    const answers = (statuses ?? ['200']).map(status => [
      status,
      { description: statusNames[status], content: content(types ?? encodings, answer) },
    ]);
    const fields = {
      tags: [tag(group, version)],
      operationId: `${name[0]}${operationPrefix(group, version)}${name[1]}`,
      ...(body !== undefined && { requestBody: body }),
      responses: { ...Object.fromEntries(answers), 401: { description: 'Unauthorized' } },
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': about ?? { group, version, kind },
    };
    return { method, query, connects: action === 'connect', fields };
  }
}
