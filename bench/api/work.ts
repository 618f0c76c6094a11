import type { Asking } from './asking.ts';

/** What a server is asked again and again. */
export interface Work {
  readonly name: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** One request; `number` never repeats. */
  ask(asking: Asking, number: number): Promise<unknown>;
}

const namespace = 'bench';
const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
/** About as much as an object of a user has. */
const text = 'x'.repeat(800);

function configMap(name: string, value: string, more: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...more },
    data: { text, value },
  });
}

/** Namespaces with objects to list: what it is called, and how many. */
const lists = [
  ['many', 500],
  ['crowd', 10_000],
] as const;

function collection(name: string): string {
  return `/api/v1/namespaces/${name}/configmaps`;
}

/** Makes what the works need. */
export async function prepare(asking: Asking): Promise<void> {
  for (const name of [namespace, ...lists.map(([one]) => one)]) {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await asking.must('POST', '/api/v1/namespaces', body);
  }
  for (const name of ['one', 'patched', 'applied'])
    await asking.must('POST', configMaps, configMap(name, '0'));
  for (const [name] of lists.slice(0, 1)) await fill(asking, name);
}

/** Fills one of the namespaces to list. */
export async function fill(asking: Asking, name: string): Promise<void> {
  const count = lists.find(([one]) => one === name)?.[1] ?? 0;
  let next = 0;
  const some = async (): Promise<void> => {
    while (next < count) await asking.must('POST', collection(name), configMap(`object-${next++}`, '0'));
  };
  await Promise.all(Array.from({ length: 32 }, some));
}

const merge = 'application/merge-patch+json';
const apply = 'application/apply-patch+yaml';

export const works: readonly Work[] = [
  ...[1, 16].map(concurrency => ({
    name: 'create',
    concurrency,
    ask: (asking: Asking, number: number) =>
      asking.must('POST', configMaps, configMap(`c-${concurrency}-${number}`, '0')),
  })),
  ...[1, 16].map(concurrency => ({
    name: 'get',
    concurrency,
    ask: (asking: Asking) => asking.must('GET', `${configMaps}/one`),
  })),
  {
    name: 'merge patch',
    concurrency: 1,
    ask: (asking, number) =>
      asking.must('PATCH', `${configMaps}/patched`, JSON.stringify({ data: { value: `${number}` } }), merge),
  },
  {
    name: 'server-side apply',
    concurrency: 1,
    ask: (asking, number) => {
      const path = `${configMaps}/applied?fieldManager=bench&force=true`;
      return asking.must('PATCH', path, configMap('applied', `${number}`), apply);
    },
  },
  { name: 'list 500', concurrency: 1, ask: asking => asking.must('GET', collection('many')) },
];

/** Only once the crowd is there. */
export const crowdWork: Work = {
  name: 'list 10,000',
  concurrency: 1,
  ask: asking => asking.must('GET', collection('crowd')),
};

/** Milliseconds from sending each of some writes to the last of `watchers` having been told. */
export async function fanOut(asking: Asking, watchers: number, writes: number): Promise<number[]> {
  let value = '';
  let left = 0;
  let done = (): void => {};
  const ends = await Promise.all(
    Array.from({ length: watchers }, () => {
      let seen = '';
      return asking.watch(`${configMaps}?watch=true&fieldSelector=metadata.name%3Dpatched`, chunk => {
        seen = (seen + chunk).slice(-8192);
        if (!seen.includes(`"value":"${value}"`)) return;
        seen = '';
        if (--left === 0) done();
      });
    }),
  );
  const times: number[] = [];
  for (let write = 0; write < writes; write++) {
    value = `fan-${performance.now()}`;
    left = watchers;
    const told = new Promise<void>(resolve => (done = resolve));
    const began = performance.now();
    const patch = JSON.stringify({ data: { value } });
    await Promise.all([told, asking.must('PATCH', `${configMaps}/patched`, patch, merge)]);
    times.push(performance.now() - began);
  }
  for (const end of ends) end();
  return times;
}
