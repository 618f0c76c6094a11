import { type Case, cases, limitRange, nodes } from './cases.ts';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every kind are looked into
  readonly body: any;
}

export type Ask = (method: string, path: string, body?: unknown, type?: string) => Promise<Answer>;

const strategic = 'application/strategic-merge-patch+json';
const json = 'application/json';

/** Asks a server for every case; gives its answers by their names. */
export async function play(ask: Ask): Promise<Record<string, unknown>> {
  for (const { status, ...node } of nodes) {
    await must(ask, 'POST', '/api/v1/nodes', node);
    await must(ask, 'PATCH', `/api/v1/nodes/${node.metadata.name}/status`, { status }, strategic);
  }
  for (const name of ['parts', 'bounded']) {
    await must(ask, 'POST', '/api/v1/namespaces', { metadata: { name } });
    const account = { metadata: { name: 'default' } };
    // A controller may have been faster.
    await ask('POST', `/api/v1/namespaces/${name}/serviceaccounts`, account);
  }
  await must(ask, 'POST', '/api/v1/namespaces/bounded/limitranges', limitRange);
  const answers: Record<string, unknown> = {};
  for (const [index, one] of cases.entries()) answers[one.name] = await answerOf(ask, one, `pod-${index}`);
  return answers;
}

async function must(ask: Ask, method: string, path: string, body: unknown, type = json): Promise<Answer> {
  const answer = await ask(method, path, body, type);
  if (answer.status < 300) return answer;
  throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

async function answerOf(ask: Ask, one: Case, name: string): Promise<unknown> {
  const { namespace = 'parts', pod, status, before = [], asks } = one;
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const metadata = { name, labels: { app: 'a' }, ...pod.metadata };
  await must(ask, 'POST', path, { apiVersion: 'v1', kind: 'Pod', metadata, spec: pod.spec });
  if (status !== undefined) await must(ask, 'PATCH', `${path}/${name}/status`, { status }, strategic);
  const { part, method = 'PATCH', type = strategic } = asks;
  for (const body of before) await must(ask, 'PATCH', `${path}/${name}/${part}`, body, strategic);
  const old = (await must(ask, 'GET', `${path}/${name}`, undefined)).body as object;
  const body = asks.change?.(structuredClone(old)) ?? asks.body;
  const query = type.includes('apply') ? '?fieldManager=applier' : '';
  const answer = await ask(method, `${path}/${name}/${part}${query}`, body, type);
  return shown(answer, name);
}

/** What of an answer the two are held to. */
function shown({ status, body }: Answer, name: string): unknown {
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value ?? null).replaceAll(name, '<name>'));
  if (body?.kind !== 'Pod') {
    const { message, reason, details = {} } = body ?? {};
    return plain({ status, reason, message, causes: details.causes });
  }
  const { spec, metadata } = body;
  const resources = (list: readonly { name: string; resources: unknown }[] = []): unknown =>
    list.map(({ name: container, resources: has }) => [container, has]);
  const entries = (metadata.managedFields ?? []) as { subresource?: string; time?: string }[];
  return plain({
    status,
    generation: metadata.generation,
    labels: metadata.labels,
    qosClass: body.status.qosClass,
    whole: spec.resources,
    containers: resources(spec.containers),
    initContainers: resources(spec.initContainers),
    ephemeralContainers: spec.ephemeralContainers,
    image: spec.containers[0].image,
    owned: entries
      .filter(({ subresource }) => subresource !== undefined && subresource !== 'status')
      .map(({ time: _, ...entry }) => entry),
  });
}
