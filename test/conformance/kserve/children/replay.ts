import {
  pathOf,
  type Resource,
  throwIfFailed,
  type Transport,
} from '../../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { resourceOf } from '../../../../src/cluster/view/index.ts';
import { allowed } from './deliberate.ts';
import type { Mode, Recorded, RecordedCase, Step } from './recorded.ts';
import { type Difference, differencesOf, settled } from './settled.ts';

/** What a manifest came to: fields compared, and those that differ. */
export interface Result {
  readonly name: string;
  readonly fields: number;
  readonly differing: readonly Difference[];
}

/** Milliseconds that a state of the recordings is waited for; far more than it ever takes. */
const usualPatience = 8000;

const kinds: Readonly<Record<string, Resource>> = {
  InferenceService: resourceOf('inferenceservices'),
  ServingRuntime: resourceOf('servingruntimes'),
  ClusterServingRuntime: resourceOf('clusterservingruntimes'),
  TrainedModel: resourceOf('trainedmodels'),
  InferenceGraph: resourceOf('inferencegraphs'),
  Secret: resourceOf('secrets'),
  ServiceAccount: resourceOf('serviceaccounts'),
  ConfigMap: resourceOf('configmaps'),
  PersistentVolumeClaim: resourceOf('persistentvolumeclaims'),
  Deployment: resourceOf('deployments'),
  Service: resourceOf('services'),
};

/** Kinds of which KServe's controller makes children. */
const childKinds = [
  resourceOf('configmaps'),
  resourceOf('deployments'),
  resourceOf('services'),
  resourceOf('horizontalpodautoscalers'),
  resourceOf('ingresses'),
  resourceOf('services.serving.knative.dev'),
  resourceOf('virtualservices.networking.istio.io'),
  resourceOf('httproutes.gateway.networking.k8s.io'),
];

/** Carries a manifest out in a namespace of its own, and compares what becomes of it with what was recorded. */
export class Replay {
  readonly #transport: Transport;
  readonly #mode: Mode;
  readonly #patience: number;

  constructor(transport: Transport, mode: Mode, patience = usualPatience) {
    this.#transport = transport;
    this.#mode = mode;
    this.#patience = patience;
  }

  async run(one: RecordedCase): Promise<Result> {
    const recorded = one.modes[this.#mode] as Recorded;
    const namespace = `kserve-${one.name.slice(0, 3)}`;
    await this.#ask('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    await this.#accountIn(namespace);
    let last = '';
    let total = 0;
    const differing: Difference[] = [];
    const add = ({ fields, differing: more }: { fields: number; differing: Difference[] }): void => {
      total += fields;
      differing.push(...more);
    };
    for (const [place, step] of one.steps.entries()) {
      const status = await this.#carryOut(step, one, namespace, last);
      if (status !== one.statuses[place]) {
        differing.push({ path: `step ${place}`, recorded: one.statuses[place], found: status });
      }
      if (step.object?.['kind'] === 'InferenceService') last = nameOf(step.object);
      const after = recorded.after[place];
      if (after === null || after === undefined || place === one.steps.length - 1) continue;
      const expected = { [`step ${place}`]: settled(after, namespace) };
      add(
        await this.#soon(one, expected, async () => {
          const service = await this.#get('InferenceService', namespace, last);
          return { [`step ${place}`]: settled(service?.['status'] ?? {}, namespace) };
        }),
      );
    }
    add(await this.#soon(one, expectedOf(recorded, namespace), () => this.#found(recorded, namespace)));
    return { name: one.name, fields: total, differing };
  }

  /** Looks until only what differs on purpose differs, or patience ends. */
  async #soon(
    one: RecordedCase,
    expected: unknown,
    look: () => Promise<unknown>,
  ): Promise<{ fields: number; differing: Difference[] }> {
    const until = performance.now() + this.#patience;
    for (let pause = 50; ; pause = Math.min(pause * 2, 800)) {
      const compared = differencesOf(expected, await look());
      const unlisted = compared.differing.filter(({ path }) => !allowed(this.#mode, one.name, path));
      if (unlisted.length === 0 || performance.now() > until) return compared;
      // Looked at by all manifests at once every few milliseconds, nothing would come to rest.
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  async #carryOut(step: Step, one: RecordedCase, namespace: string, last: string): Promise<number> {
    const [verb = '', said = ''] = step.do.split(' ');
    if (verb === 'merge' || verb === 'delete') {
      const [kind = '', name = '', part = ''] =
        said === '' || said.startsWith('/') ? ['InferenceService', last, said.slice(1)] : said.split('/');
      const path = pathOf(kindOf(kind), namespace, name, part);
      if (verb === 'delete') return this.#send('DELETE', path);
      return this.#send(
        'PATCH',
        `${path}?fieldValidation=Strict`,
        step.object,
        'application/merge-patch+json',
      );
    }
    const object = step.object as Readonly<Record<string, unknown>>;
    const resource = kindOf(String(object['kind']));
    if (verb === 'apply') {
      const path = `${pathOf(resource, namespace, nameOf(object))}?fieldManager=kubectl`;
      return this.#send('PATCH', path, object, 'application/apply-patch+yaml');
    }
    const made = await this.#send(
      'POST',
      `${pathOf(resource, namespace)}?fieldValidation=${one.validate}`,
      object,
    );
    if (made === 201 && resource === kinds['PersistentVolumeClaim']) await this.#volumeFor(object, namespace);
    return made;
  }

  /** As the recordings were made: nothing provisions there, so each claim was given a volume by hand. */
  async #volumeFor(claim: Readonly<Record<string, unknown>>, namespace: string): Promise<void> {
    const name = nameOf(claim);
    const { accessModes } = claim['spec'] as { readonly accessModes: readonly string[] };
    const status = await this.#send('POST', '/api/v1/persistentvolumes', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${namespace}-${name}` },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes,
        hostPath: { path: '/tmp/none' },
        claimRef: { namespace, name },
      },
    });
    if (status !== 201) throw new Error(`the volume for the claim ${name} was answered with ${status}`);
  }

  /** Everything that the recording tells of, as it is now. */
  async #found(recorded: Recorded, namespace: string): Promise<unknown> {
    const services: Record<string, unknown> = {};
    for (const key of Object.keys(recorded.final)) {
      const service = await this.#get('InferenceService', namespace, key.split('/')[1] ?? '');
      if (service !== undefined) services[key] = serviceShown(service);
    }
    const children: Record<string, unknown> = {};
    for (const resource of childKinds) {
      for (const item of await this.#listed(resource, namespace)) {
        const kind = item.kind ?? kindNames[resource.plural];
        const owned = item.metadata.ownerReferences?.some(owner => owner.kind === 'InferenceService');
        const group = resource.group === 'serving.knative.dev' ? 'Knative' : '';
        if (owned === true) children[`${group}${kind}/${item.metadata.name}`] = childShown(item, kind);
      }
    }
    const events = (await this.#ask('GET', pathOf(resourceOf('events'), namespace))) as {
      items: KubeObject[];
    };
    const told = events.items
      .filter(event => (event['involvedObject'] as { kind: string }).kind === 'InferenceService')
      .map(event => [`${String(event['reason'])}: ${String(event['message'])}`, event['type']] as const);
    const parts = { services, children, events: Object.fromEntries(told) };
    return { ...(settled(parts, namespace) as object), table: await this.#table(namespace) };
  }

  /** None of a kind that an API does not serve. */
  async #listed(resource: Resource, namespace: string): Promise<readonly KubeObject[]> {
    const reply = await this.#transport.ask({ method: 'GET', path: pathOf(resource, namespace) });
    if (reply.status === 404) return [];
    throwIfFailed(reply);
    return (reply.body as { readonly items: readonly KubeObject[] }).items;
  }

  async #table(namespace: string): Promise<unknown> {
    const reply = await this.#transport.ask({
      method: 'GET',
      path: pathOf(resourceOf('inferenceservices'), namespace),
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const { rows = [] } = reply.body as { rows?: readonly { cells: readonly unknown[] }[] };
    return rows.map(({ cells }) =>
      cells
        .slice(0, -1)
        .map(cell => textOf(cell).replaceAll(namespace, '<ns>'))
        .filter(cell => cell !== '')
        .join(' '),
    );
  }

  async #get(kind: string, namespace: string, name: string): Promise<KubeObject | undefined> {
    const reply = await this.#transport.ask({ method: 'GET', path: pathOf(kindOf(kind), namespace, name) });
    return reply.status === 200 ? (reply.body as KubeObject) : undefined;
  }

  /** Pods are refused until their namespace has its ServiceAccount. */
  async #accountIn(namespace: string): Promise<void> {
    const until = performance.now() + this.#patience;
    while ((await this.#get('ServiceAccount', namespace, 'default')) === undefined) {
      if (performance.now() > until) throw new Error(`${namespace} has no ServiceAccount`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  async #send(method: string, path: string, body?: unknown, contentType?: string): Promise<number> {
    const ask = {
      method,
      path,
      ...(body !== undefined && { body }),
      ...(contentType !== undefined && { contentType }),
    };
    return (await this.#transport.ask(ask)).status;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await this.#transport.ask({ method, path, ...(body !== undefined && { body }) });
    throwIfFailed(reply);
    return reply.body;
  }
}

const kindNames: Readonly<Record<string, string>> = {
  configmaps: 'ConfigMap',
  deployments: 'Deployment',
  services: 'Service',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  ingresses: 'Ingress',
};

function kindOf(kind: string): Resource {
  const resource = kinds[kind];
  if (resource === undefined) throw new Error(`no resource of ${kind}`);
  return resource;
}

function nameOf(object: Readonly<Record<string, unknown>>): string {
  return (object['metadata'] as { readonly name: string }).name;
}

function expectedOf(recorded: Recorded, namespace: string): unknown {
  const services = Object.entries(recorded.final).map(([key, said]) => [
    key,
    { ...said, metadata: { ...said.metadata, finalizers: said.metadata['finalizers'] } },
  ]);
  const children = recorded.children.map(child => {
    const { apiVersion, kind, name, managers, ...rest } = child;
    const group = String(apiVersion).startsWith('serving.knative.dev') ? 'Knative' : '';
    return [`${group}${kind}/${name}`, { ...rest, managers: (managers as readonly string[]).filter(isOwn) }];
  });
  const events = recorded.events.map(event => [
    `${String(event['reason'])}: ${String(event['message'])}`,
    event['type'],
  ]);
  const parts = {
    services: Object.fromEntries(services) as object,
    children: Object.fromEntries(children) as object,
    events: Object.fromEntries(events) as object,
  };
  const table = (recorded.table ?? [])
    .slice(1)
    .map(line => line.replace('<age>', '').trim().replaceAll(/\s+/g, ' '));
  return { ...(settled(parts, namespace) as object), table };
}

function serviceShown(service: KubeObject): object {
  const { labels, annotations, finalizers, generation } = service.metadata;
  return {
    metadata: withoutAbsent({ labels, annotations, finalizers, generation }),
    managers: managersOf(service),
    status: service['status'] ?? {},
  };
}

function childShown(child: KubeObject, kind: string | undefined): object {
  const { labels, annotations, finalizers, generation, ownerReferences = [] } = child.metadata;
  const owners = ownerReferences.map(
    one =>
      `${one.apiVersion} ${one.kind}/${one.name}${one.controller === true ? ' controller' : ''}${one.blockOwnerDeletion === true ? ' blocks' : ''}`,
  );
  const { apiVersion: _, kind: _k, metadata: _m, status, ...rest } = child;
  return {
    owners,
    ...withoutAbsent({ labels, annotations, finalizers, generation }),
    managers: managersOf(child).filter(isOwn),
    ...rest,
    ...(status !== undefined && kind !== 'HorizontalPodAutoscaler' && { status }),
  };
}

/** What is empty is left out in recordings. */
function withoutAbsent(fields: Readonly<Record<string, unknown>>): object {
  const said = Object.entries(fields).filter(
    ([, value]) => value !== undefined && JSON.stringify(value) !== '{}' && JSON.stringify(value) !== '[]',
  );
  return Object.fromEntries(said);
}

/** What other controllers write is theirs. */
function isOwn(manager: string): boolean {
  return manager.startsWith('kserve-manager:');
}

function managersOf({ metadata }: KubeObject): string[] {
  const all = (metadata.managedFields ?? []).map(
    one => `${one.manager}:${one.operation}${(one.subresource ?? '') === '' ? '' : `/${one.subresource}`}`,
  );
  return [...new Set(all)].toSorted();
}

function textOf(cell: unknown): string {
  const said = cell ?? '';
  return typeof said === 'string' ? said : JSON.stringify(said);
}
