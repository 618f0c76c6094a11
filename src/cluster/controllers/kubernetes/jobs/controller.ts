import { Controller, Expectations, keyOf, type Outcome, unlessGone } from '../../../client/index.ts';
import { selectorOf, sameJson } from '../../../meta/index.ts';
import { type Cluster, type Condition, conditionOf, controllerOf, type Pod } from '../../../view/index.ts';
import { type Keeper, makePods, removePods } from '../pods/upkeep.ts';
import { isFinished, type Job, type JobStatus, tracking } from './job.ts';
import { type JobPlan, jobStatus, planOf } from './plan.ts';
import { podFor } from './pods.ts';
import { isTracked, type Tally, tallyOf } from './tally.ts';

/** Runs jobs to their end, and removes finished ones when their time is over (kube-controller-manager's job and TTL controllers). */
export function jobController(cluster: Cluster, onError: (key: string, error: unknown) => void): Controller {
  const jobs = cluster.informer<Job>('jobs');
  const sync = new Sync(cluster);
  const { expectations } = sync;
  const controller = new Controller({
    name: 'job',
    workers: 5,
    onError,
    reconcile: key => sync.reconcile(key),
  });
  const add = (job: Job): void => controller.queue.add(keyOf(job));
  jobs.on({
    onAdd: add,
    onUpdate: (_, job) => add(job),
    onDelete: job => {
      sync.forget(keyOf(job));
      for (const pod of podsOf(cluster, job).filter(isTracked)) controller.queue.add(`pod ${keyOf(pod)}`);
    },
  });
  const ownerKey = (pod: Pod): string | undefined => {
    const owner = controllerOf(pod);
    return owner?.kind === 'Job' ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  };
  const changed = (pod: Pod): void => {
    const key = ownerKey(pod);
    if (key !== undefined) controller.queue.add(key);
    if (isTracked(pod) && (key === undefined || jobs.get(key) === undefined)) {
      controller.queue.add(`pod ${keyOf(pod)}`);
    }
  };
  const left = (pod: Pod): void => {
    const key = ownerKey(pod);
    if (key !== undefined) expectations.sawDeletion(key, pod.metadata.uid ?? '');
  };
  // A pod that is kept until it is counted is seen to go before it is gone.
  const leaving = (pod: Pod): void => {
    if (pod.metadata.deletionTimestamp !== undefined) left(pod);
  };
  cluster.informer<Pod>('pods').on({
    onAdd: pod => {
      const key = ownerKey(pod);
      if (key !== undefined) expectations.sawCreation(key);
      leaving(pod);
      changed(pod);
    },
    onUpdate: (_, pod) => {
      leaving(pod);
      changed(pod);
    },
    onDelete: pod => {
      left(pod);
      changed(pod);
    },
  });
  return controller;
}

class Sync {
  readonly expectations: Expectations;
  readonly #cluster: Cluster;
  /** Revisions of jobs as they were last written here: an older one in the cache has not heard what was counted. */
  readonly #written = new Map<string, bigint>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.expectations = new Expectations(cluster.now);
  }

  forget(key: string): void {
    this.expectations.forget(key);
    this.#written.delete(key);
  }

  async reconcile(key: string): Promise<Outcome | undefined> {
    const cluster = this.#cluster;
    if (key.startsWith('pod ')) return this.#orphan(key.slice(4));
    const job = cluster.informer<Job>('jobs').get(key);
    if (job === undefined || this.#isOld(key, job)) return undefined;
    const pods = podsOf(cluster, job);
    if (job.metadata.deletionTimestamp !== undefined) return this.#released(pods);
    if (isFinished(job)) {
      await this.#released(pods);
      return expire(cluster, job);
    }
    if (!this.expectations.satisfied(key)) return { again: this.expectations.remaining(key) };
    return this.#settled(key, job, pods);
  }

  async #settled(key: string, job: Job, pods: readonly Pod[]): Promise<Outcome | undefined> {
    const now = this.#cluster.now();
    const tally = tallyOf(job, pods);
    const plan = planOf(job, tally, now);
    const status = jobStatus(job, tally, plan, now);
    await this.#write(key, job, status);
    // What is left when a job is complete is removed without being counted.
    await this.#released(plan.end?.type === 'Complete' ? pods : tally.release);
    const keeper = { cluster: this.#cluster, expectations: this.expectations, key, owner: job };
    // What is only too many, or suspended, does not count as failed.
    if (plan.end === undefined) await this.#released(plan.remove);
    await carryOut(keeper, job, plan, tally);
    if (plan.end !== undefined && conditionOf(status.conditions, plan.end.type) !== undefined) {
      this.#tell(job, plan.end);
    }
    return plan.again === undefined ? undefined : { again: plan.again };
  }

  #tell(job: Job, { type, reason = '', message = '' }: Condition): void {
    if (type === 'Complete') void this.#cluster.events.record(job, 'Normal', 'Completed', 'Job completed');
    else void this.#cluster.events.record(job, 'Warning', reason, message);
  }

  #isOld(key: string, { metadata }: Job): boolean {
    const written = this.#written.get(key);
    return written !== undefined && BigInt(metadata.resourceVersion ?? 0) < written;
  }

  async #write(key: string, job: Job, status: JobStatus): Promise<void> {
    if (sameJson(job.status ?? {}, status)) return;
    const { metadata } = await this.#cluster.client<Job>('jobs').update({ ...job, status }, 'status');
    this.#written.set(key, BigInt(metadata.resourceVersion ?? 0));
  }

  /** Lets pods go that are counted, or that nobody counts any more. */
  async #released(pods: readonly Pod[]): Promise<undefined> {
    for (const { metadata } of pods.filter(isTracked)) {
      const { namespace = '', name = '', uid, resourceVersion } = metadata;
      const finalizers = metadata.finalizers?.filter(one => one !== tracking);
      const patch = { metadata: { uid, resourceVersion, finalizers } };
      await unlessGone(() => this.#cluster.client('pods').patch(namespace, name, 'merge', patch));
    }
    return undefined;
  }

  async #orphan(key: string): Promise<undefined> {
    const pod = this.#cluster.informer<Pod>('pods').get(key);
    if (pod === undefined) return undefined;
    const owner = controllerOf(pod);
    const job = this.#cluster.informer<Job>('jobs').get(`${pod.metadata.namespace}/${owner?.name}`);
    if (job !== undefined && job.metadata.uid === owner?.uid) return undefined;
    return this.#released([pod]);
  }
}

function podsOf(cluster: Cluster, job: Job): Pod[] {
  const selector = selectorOf(job.spec.selector);
  const { namespace = '', uid } = job.metadata;
  return cluster
    .informer<Pod>('pods')
    .inNamespace(namespace)
    .filter(pod => controllerOf(pod)?.uid === uid && selector.matches(pod.metadata.labels));
}

/** @throws the error of a pod that was not removed, or not made. */
async function carryOut(
  keeper: Keeper,
  job: Job,
  { create, remove }: JobPlan,
  { kept }: Tally,
): Promise<void> {
  const left = await removePods(keeper, remove);
  if (left !== undefined) throw left;
  const fresh = create.map(index => podFor(job, index, index === undefined ? undefined : kept.get(index)));
  const unmade = await makePods(keeper, fresh);
  if (unmade !== undefined) throw unmade;
}

async function expire(cluster: Cluster, job: Job): Promise<Outcome | undefined> {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined) return undefined;
  const end = ['Complete', 'Failed'].map(
    type => conditionOf(job.status?.conditions, type)?.lastTransitionTime,
  );
  const ended = Date.parse(end.find(time => time !== undefined) ?? '');
  const left = ended + ttlSecondsAfterFinished * 1000 - cluster.now();
  if (left > 0) return { again: left };
  const { namespace = '', name = '', uid } = job.metadata;
  await unlessGone(() => cluster.client('jobs').delete(namespace, name, { uid, propagation: 'Foreground' }));
  return undefined;
}
