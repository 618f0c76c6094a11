import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { type Cluster, type Loose, startCluster } from './cluster.ts';
import { namespace } from './manifests.ts';

const n = 'clocks';
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c:1' }] } };
const long = new Date(Date.now() - 3 * 3_600_000).toISOString().replace(/\.\d+/, '');

function loose(object: object): Loose {
  return object as unknown as Loose;
}

function cronJob(name: string, more: object = {}): Loose {
  const spec = { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...more };
  return loose({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace: n }, spec });
}

function job(name: string, metadata: object, spec: object): Loose {
  const whole = { template, ...spec };
  return loose({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: n, ...metadata },
    spec: whole,
  });
}

/** A CronJob that has not started anything for hours. */
async function neglected(cluster: Cluster, name: string, more: object = {}): Promise<KubeObject> {
  const cronJobs = cluster.client('cronjobs');
  const made = await cronJobs.create(cronJob(name, more));
  return cronJobs.update({ ...made, status: { lastScheduleTime: long } }, 'status');
}

describe('what the clock starts and ends', () => {
  let cluster: Cluster;
  const ends: (() => Promise<void>)[] = [];
  before(async () => {
    const context = { after: (end: unknown) => void ends.push(end as () => Promise<void>) };
    cluster = await startCluster(context, 'in the process', {
      before: async made => {
        await made.client('namespaces').create(namespace(n));
        await neglected(made, 'neglected');
        await neglected(made, 'waiting', { startingDeadlineSeconds: 1, schedule: '0 0 29 2 *' });
        const busy = await neglected(made, 'busy', { concurrencyPolicy: 'Forbid' });
        const { uid = '', name = '' } = busy.metadata;
        const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true };
        const annotations = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': long };
        await made.client('jobs').create(job('busy-1', { annotations, ownerReferences: [owner] }, {}));
      },
    });
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const event = (name: string, reason: string): Promise<readonly Loose[]> =>
    cluster.until(
      'events',
      n,
      items =>
        items.some(
          one => one['reason'] === reason && (one['involvedObject'] as { name: string }).name === name,
        ),
      `${reason} of ${name}`,
    );

  it('tells of too many missed starts, and makes the last one', async () => {
    const events = await event('neglected', 'TooManyMissedTimes');
    const told = events.find(one => one['reason'] === 'TooManyMissedTimes');
    assert.equal(told?.['type'], 'Warning');
    assert.match(String(told?.['message']), /^too many missed start times\. Set or decrease/);
    const started = ({ status = {} }: Loose): boolean => status['lastScheduleTime'] !== long;
    const { status } = await cluster.untilOne('cronjobs', n, 'neglected', started, 'a start');
    const since = Date.now() - Date.parse(String(status?.['lastScheduleTime']));
    assert.ok(since < 600_000, `the last start is ${since} ms old`);
  });

  it('starts nothing beside what runs where that is forbidden', async () => {
    await event('busy', 'JobAlreadyActive');
    const jobs = await cluster.until('jobs', n, items => items.length > 0, 'jobs');
    assert.deepEqual(
      jobs.map(one => one.metadata.name).filter(name => name?.startsWith('busy')),
      ['busy-1'],
    );
    const { status } = await cluster.untilOne('cronjobs', n, 'busy', () => true, 'it is there');
    assert.equal(status?.['lastScheduleTime'], long);
  });

  it('starts nothing and tells nothing where no start was missed', async () => {
    // The others were all looked at.
    await event('neglected', 'TooManyMissedTimes');
    await event('busy', 'JobAlreadyActive');
    const jobs = await cluster.until('jobs', n, () => true, 'jobs');
    assert.deepEqual(
      jobs.filter(one => one.metadata.name?.startsWith('waiting')),
      [],
    );
    const events = await cluster.until('events', n, () => true, 'events');
    assert.deepEqual(
      events.filter(one => (one['involvedObject'] as { name: string }).name === 'waiting'),
      [],
    );
    const { status } = await cluster.untilOne('cronjobs', n, 'waiting', () => true, 'it is there');
    assert.equal(status?.['lastScheduleTime'], long);
  });

  it('removes a finished job when its time is over, and no other', async () => {
    const jobs = cluster.client('jobs');
    const owned = (name: string) => (one: Loose) => one.metadata.labels?.['job-name'] === name;
    for (const [name, spec] of Object.entries({ short: { ttlSecondsAfterFinished: 0 }, kept: {} })) {
      await jobs.create(job(name, {}, spec));
      const running = (items: readonly Loose[]): boolean =>
        items.some(one => owned(name)(one) && one.status?.['phase'] === 'Running');
      const pods = await cluster.until('pods', n, running, `a pod of ${name} runs`);
      const pod = pods.find(owned(name))?.metadata.name ?? '';
      const status = { phase: 'Succeeded' };
      await cluster.client('pods').patch(n, pod, 'strategic-merge', { status }, 'status');
    }
    const ended = ({ status = {} }: Loose): boolean => status['completionTime'] !== undefined;
    await cluster.untilOne('jobs', n, 'kept', ended, 'it has ended');
    const left = (items: readonly Loose[]): boolean => !items.some(one => one.metadata.name === 'short');
    const rest = await cluster.until('jobs', n, left, 'the short one is gone');
    assert.ok(rest.some(one => one.metadata.name === 'kept'));
  });
});
