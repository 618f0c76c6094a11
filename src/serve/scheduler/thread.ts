/** The program of a compute thread: one task at a time, told and answered by messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { noteOf } from '../../base/errors/index.ts';
import { compute } from '../dataplane/index.ts';
import { exchangeNamed } from '../protocols/exchanges/index.ts';
import { loadPlan, makeReady, type ModelNotice, type ReadyModel } from '../repository/index.ts';
import { schedulerErrors } from './errors.ts';
import type { FromThread, Offer, OwnThreadData, ToThread } from './messages.ts';
import { fail, help, sharing, type Share } from './sharing.ts';

const { options, limits, unwanted } = workerData as OwnThreadData;
const models = new Map<number, Promise<ReadyModel>>();

type Answer = Extract<ToThread, { kind: 'answer' }>;
type Help = Extract<ToThread, { kind: 'help' }>;

function modelFor(generation: number, notice: ModelNotice | undefined): Promise<ReadyModel> {
  const known = models.get(generation);
  if (known !== undefined) return known;
  if (notice?.plan === undefined)
    throw new Error(`a compute thread lacks the plan of generation ${generation}`);
  const made = makeReady({ ...notice, plan: notice.plan }, options);
  models.set(generation, made);
  return made;
}

async function answer(task: Answer): Promise<FromThread> {
  const model = await modelFor(task.generation, task.notice);
  const executable = sharing(model.executable, task.generation, offer);
  const exchange = await exchangeNamed(task.exchange);
  const checkpoint = (): void => {
    if (Atomics.load(unwanted, 0) === task.id)
      throw schedulerErrors.make['client-gone']('the client went away while its answer was computed');
  };
  const call = exchange.read(task.body, model, limits);
  checkpoint();
  return { kind: 'answered', body: await compute({ ...model, executable }, call, checkpoint) };
}

function offer(share: Share): void {
  parentPort?.postMessage({ kind: 'offer', share } satisfies Offer);
}

/** Whoever asked for help finds out by itself what is wrong with the batch. */
async function helpWith({ share, notice }: Help): Promise<FromThread> {
  try {
    const { executable } = await modelFor(share.generation, notice);
    await help(executable, share);
  } catch {
    fail(share);
  }
  return { kind: 'helped' };
}

async function work(task: Exclude<ToThread, { kind: 'forget' }>): Promise<FromThread> {
  try {
    if (task.kind === 'help') return await helpWith(task);
    return task.kind === 'answer' ? await answer(task) : { kind: 'loaded', plan: await loadPlan(task.path) };
  } catch (error) {
    return { kind: 'failed', error: noteOf(error) };
  }
}

function send(message: FromThread): void {
  const bytes =
    message.kind === 'answered' && typeof message.body !== 'string' ? message.body.buffer : undefined;
  // A pooled buffer belongs to others too and cannot be given away.
  const given = bytes instanceof ArrayBuffer && bytes.byteLength > Buffer.poolSize ? [bytes] : [];
  parentPort?.postMessage(message, given);
}

parentPort?.on('message', (task: ToThread) => {
  if (task.kind === 'forget') {
    models.delete(task.generation);
    return;
  }
  void work(task).then(send);
});
