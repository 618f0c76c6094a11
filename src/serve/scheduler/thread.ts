/** The program of a compute thread: one task at a time, told and answered by messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { noteOf } from '../../base/errors/index.ts';
import { compute } from '../dataplane/index.ts';
import { exchangeNamed, exchangeNames } from '../protocols/exchanges/index.ts';
import { type ComputingModel, loadPlan, makeReady, probe } from '../repository/index.ts';
import { schedulerErrors } from './errors.ts';
import { mostCosts } from './expected.ts';
import type {
  Expectation,
  FromThread,
  Introduction,
  Offer,
  ServerData,
  ThreadData,
  ToThread,
} from './messages.ts';
import { fail, help, sharing, type Share } from './sharing.ts';

const { unwanted, tells = false } = workerData as ThreadData;

/** A model on this thread. */
interface Known {
  readonly model: Promise<ComputingModel>;
  readonly limits: ServerData['limits'];
}

const models = new Map<number, Known>();

type Answer = Extract<ToThread, { kind: 'answer' }>;
type Help = Extract<ToThread, { kind: 'help' }>;
type Prepare = Extract<ToThread, { kind: 'prepare' }>;

function known(generation: number, introduced: Introduction | undefined): Known {
  const found = models.get(generation);
  if (found !== undefined) return found;
  if (introduced?.notice.plan === undefined)
    throw new Error(`a compute thread lacks the plan of generation ${generation}`);
  const { notice, options, limits } = introduced;
  const made = { model: makeReady({ ...notice, plan: introduced.notice.plan }, options), limits };
  models.set(generation, made);
  return made;
}

async function prepare({ introduced }: Prepare): Promise<FromThread> {
  const { generation } = introduced.notice;
  try {
    const model = await known(generation, introduced).model;
    await probe(model);
    return { kind: 'prepared', costs: mostCosts(model) };
  } catch (error) {
    models.delete(generation);
    throw error;
  }
}

async function answer(task: Answer): Promise<FromThread> {
  const { model: making, limits } = known(task.generation, task.introduced);
  const model = await making;
  const executable = sharing(model.executable, task.generation, offer);
  const exchange = await exchangeNamed(task.exchange);
  const checkpoint = (): void => {
    if (Atomics.load(unwanted, 0) === task.id)
      throw schedulerErrors.make['client-gone']('the client went away while its answer was computed');
  };
  const call = exchange.read(task.body, model, limits);
  checkpoint();
  if (task.tellsCost === true) tellCost(executable.cost(call.inputs, call.outputs));
  return { kind: 'answered', body: await compute({ ...model, executable }, call, checkpoint) };
}

function tellCost(nanoseconds: number): void {
  parentPort?.postMessage({ kind: 'expects', nanoseconds } satisfies Expectation);
}

function offer(share: Share): void {
  parentPort?.postMessage({ kind: 'offer', share } satisfies Offer);
}

/** Whoever asked for help finds out by itself what is wrong with the batch. */
async function helpWith({ share, introduced }: Help): Promise<FromThread> {
  try {
    const { executable } = await known(share.generation, introduced).model;
    await help(executable, share);
  } catch {
    fail(share);
  }
  return { kind: 'helped' };
}

async function work(task: Exclude<ToThread, { kind: 'forget' }>): Promise<FromThread> {
  try {
    if (task.kind === 'help') return await helpWith(task);
    if (task.kind === 'prepare') return await prepare(task);
    return task.kind === 'answer'
      ? await answer(task)
      : { kind: 'loaded', plan: await loadPlan(task.path, task.plans) };
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

/** Says that it is up once all is loaded that every request needs: whoever takes longer than its time is stuck. */
async function tellUp(): Promise<void> {
  await Promise.all(exchangeNames.map(exchangeNamed));
  send({ kind: 'up' });
}

if (tells) void tellUp();
