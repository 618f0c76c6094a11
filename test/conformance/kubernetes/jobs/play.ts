import { setTimeout as pause } from 'node:timers/promises';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import type { Pod } from '../../../../src/cluster/view/index.ts';

/** Asks a cluster. */
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  type?: string,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The status that a job came to its end with, without times; of its conditions the words. */
export type Ended = Readonly<Record<string, unknown>>;

const jobs = '/apis/batch/v1/namespaces/default/jobs';
const pods = '/api/v1/namespaces/default/pods';
const merge = 'application/merge-patch+json';
const indexAnnotation = 'batch.kubernetes.io/job-completion-index';
/** Milliseconds that something is waited for; far more than it takes. */
const patience = 60_000;

/** Nobody gives them a node: the pods wait, and come to their ends as a case says. */
const template = {
  spec: {
    restartPolicy: 'Never',
    schedulerName: 'nobody',
    containers: [{ name: 'main', image: 'example.com/nothing' }],
  },
};

interface Case {
  readonly spec: object;
  play(player: Player): Promise<void>;
}

const rule = (action: string): object => ({
  action,
  onExitCodes: { operator: 'In', values: [42] },
});
const perIndex = { completionMode: 'Indexed', backoffLimitPerIndex: 1 };

/** What becomes of the pods of jobs, by the jobs' names. */
const cases: Readonly<Record<string, Case>> = {
  'fails-by-policy': {
    spec: { completions: 2, parallelism: 2, podFailurePolicy: { rules: [rule('FailJob')] } },
    play: async player => player.end(await player.live(2), 'Failed', 42),
  },
  'ignores-disruption': {
    spec: {
      backoffLimit: 0,
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
    },
    play: async player => {
      await player.end(await player.live(1), 'Failed', 1, 'DisruptionTarget');
      await player.end(await player.live(1), 'Succeeded', 0);
    },
  },
  'counts-by-policy': {
    spec: { backoffLimit: 0, podFailurePolicy: { rules: [rule('Count'), rule('FailJob')] } },
    play: async player => player.end(await player.live(1), 'Failed', 42),
  },
  'fails-an-index': {
    spec: { ...perIndex, completions: 2, parallelism: 2, podFailurePolicy: { rules: [rule('FailIndex')] } },
    play: async player => {
      await player.end(await player.live(1, 0), 'Failed', 42);
      await player.end(await player.live(1, 1), 'Succeeded', 0);
    },
  },
  'fails-an-index-twice': {
    spec: { ...perIndex, completions: 2, parallelism: 2 },
    play: async player => {
      await player.end(await player.live(1, 1), 'Succeeded', 0);
      await player.end(await player.live(1, 0), 'Failed', 1);
      await player.end(await player.live(1, 0), 'Failed', 1);
    },
  },
  'fails-too-many-indexes': {
    spec: { ...perIndex, backoffLimitPerIndex: 0, maxFailedIndexes: 1, completions: 3, parallelism: 3 },
    play: async player => {
      await player.live(3);
      await player.end(await player.live(1, 0), 'Failed', 1);
      await player.end(await player.live(1, 1), 'Failed', 1);
    },
  },
  'is-suspended': {
    spec: { completions: 2, parallelism: 2 },
    play: async player => {
      await player.live(2);
      await player.change({ suspend: true });
      await player.until(async () => (await player.pods()).length === 0, 'no pods');
      await player.says('Suspended', 'True');
      await player.change({ suspend: false });
      await player.says('Suspended', 'False');
      for (const pod of await player.live(2)) await player.end([pod], 'Succeeded', 0);
    },
  },
  'restarts-containers': {
    spec: { backoffLimit: 2, template: { spec: { ...template.spec, restartPolicy: 'OnFailure' } } },
    play: async player => {
      const state = { restartCount: 2, state: { running: {} } };
      await player.tell(await player.live(1), { phase: 'Running', containerStatuses: [container(state)] });
    },
  },
};

function container(more: object): object {
  const whole = { name: 'main', image: 'example.com/nothing', imageID: '', ready: false, restartCount: 0 };
  return { ...whole, ...more };
}

/** Lets jobs of every case come to their ends; how they did, by their names. */
export async function play(ask: Ask): Promise<Readonly<Record<string, Ended>>> {
  const ends = Object.entries(cases).map(async ([name, one]) => {
    const player = new Player(ask, name);
    await player.make(one.spec);
    await one.play(player);
    return [name, await player.ended()] as const;
  });
  return Object.fromEntries(await Promise.all(ends));
}

interface JobObject extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

class Player {
  readonly #ask: Ask;
  readonly #name: string;

  constructor(ask: Ask, name: string) {
    this.#ask = ask;
    this.#name = name;
  }

  async make(spec: object): Promise<void> {
    const metadata = { name: this.#name };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template, ...spec } };
    const { status, body } = await this.#ask('POST', jobs, job);
    if (status !== 201) throw new Error(JSON.stringify(body));
  }

  async change(spec: object): Promise<void> {
    await this.#ask('PATCH', `${jobs}/${this.#name}`, { spec }, merge);
  }

  async pods(): Promise<readonly Pod[]> {
    const { body } = await this.#ask('GET', `${pods}?labelSelector=job-name%3D${this.#name}`);
    return (body as { readonly items: readonly Pod[] }).items;
  }

  /** So many pods that live, of an index if one is named. */
  live(count: number, index?: number): Promise<readonly Pod[]> {
    const lives = ({ metadata, status }: Pod): boolean =>
      metadata.deletionTimestamp === undefined &&
      !['Failed', 'Succeeded'].includes(status?.phase ?? '') &&
      (index === undefined || metadata.annotations?.[indexAnnotation] === `${index}`);
    return this.until(async () => {
      const found = (await this.pods()).filter(lives);
      return found.length >= count && found;
    }, `${count} pods`);
  }

  /** Tells the status of the first pod. */
  async tell([pod]: readonly Pod[], told: object): Promise<void> {
    const path = `${pods}/${pod?.metadata.name}/status`;
    const { status, body } = await this.#ask('PATCH', path, { status: told }, merge);
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  /** Lets the first pod come to its end. */
  async end(found: readonly Pod[], phase: string, exitCode: number, condition?: string): Promise<void> {
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const terminated = { exitCode, reason: 'Ended', startedAt: now, finishedAt: now };
    const conditions =
      condition === undefined ? [] : [{ type: condition, status: 'True', lastTransitionTime: now }];
    const containerStatuses = [container({ state: { terminated } })];
    await this.tell(found, { phase, containerStatuses, conditions });
  }

  /** Waits until the job says so. */
  says(type: string, status: string): Promise<JobObject> {
    return this.#job(one => one.type === type && one.status === status, `${type}=${status}`);
  }

  #job(wanted: (condition: Condition) => boolean, what: string): Promise<JobObject> {
    return this.until(async () => {
      const { body } = await this.#ask('GET', `${jobs}/${this.#name}`);
      const found = body as JobObject;
      return (found.status?.conditions ?? []).some(wanted) && found;
    }, what);
  }

  async ended(): Promise<Ended> {
    const ends = ['Complete', 'Failed'];
    const job = await this.#job(({ type, status }) => status === 'True' && ends.includes(type), 'the end');
    const {
      startTime: _,
      completionTime: __,
      conditions,
      ...status
    } = (job.status ?? {}) as Record<string, unknown>;
    const words = ({ type, status: is, reason, message }: Condition): string =>
      `${type}=${is} ${reason}: ${message}`.replace(/default\/\S+/g, '<pod>');
    return { ...status, conditions: (conditions as readonly Condition[]).map(words) };
  }

  async until<T>(look: () => Promise<T | false>, what: string): Promise<T> {
    const last = performance.now() + patience;
    for (;;) {
      const found = await look();
      if (found !== false) return found;
      if (performance.now() > last) throw new Error(`${this.#name}: ${what} did not come`);
      await pause(20);
    }
  }
}
