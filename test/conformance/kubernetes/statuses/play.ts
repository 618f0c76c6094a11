import { type Kept, kinds, requests, written } from './cases.ts';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every kind are looked into
  readonly body: any;
}

export type Ask = (method: string, path: string, body?: unknown, type?: string) => Promise<Answer>;

const merge = 'application/merge-patch+json';

/** Asks a server for every case; gives what it answered by their names. */
export async function play(ask: Ask): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  // A controller may have been faster.
  await ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  for (const one of [...kinds, ...requests]) answers[one.name] = await answerOf(ask, one);
  return answers;
}

async function answerOf(ask: Ask, one: Kept): Promise<unknown> {
  const { collection, object, part, state = {} } = one;
  const { name } = object['metadata'] as { name: string };
  await made(ask, collection, object);
  const through = await ask('PATCH', `${collection}/${name}/${part}`, { metadata: written, ...state }, merge);
  const whole = { spec: { ...(object['spec'] as object | undefined) }, status: { phase: 'x' } };
  const again = await ask('PATCH', `${collection}/${name}`, whole, merge);
  return { through: shown(through), again: again.status < 300 ? shown(again) : again.status };
}

/** Kinds of definitions are served some time after these. */
async function made(ask: Ask, collection: string, object: unknown): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    const { status, body } = await ask('POST', collection, object);
    if (status === 201) return;
    if (performance.now() > until) throw new Error(`${collection}: ${status} ${JSON.stringify(body)}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** What of an answer the two are held to. */
function shown({ status, body }: Answer): unknown {
  if (body?.metadata?.name === undefined) return { status, reason: body?.reason, message: body?.message };
  const { labels, annotations, finalizers, ownerReferences, managedFields = [] } = body.metadata;
  const entries = (managedFields as { time?: string; manager?: string }[])
    .filter(({ manager }) => manager === 'tests')
    .map(({ time: _, ...entry }) => entry);
  return JSON.parse(
    JSON.stringify({ status, labels, annotations, finalizers, ownerReferences, owned: entries }),
  );
}
