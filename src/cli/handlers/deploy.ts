import type { KubeObject } from '../../cluster/meta/index.ts';
import { documentsIn, targetsIn } from '../objects/documents.ts';
import { failureText } from '../objects/failures.ts';
import { nameOf } from '../objects/formats.ts';
import { isInferenceService, progressOf, type Progress } from '../objects/services.ts';
import { sessionOf } from '../objects/session.ts';
import type { Session } from '../objects/session.ts';
import type { Target } from '../objects/targets.ts';
import { waitFor } from '../objects/waiting.ts';
import type { Io } from '../program.ts';
import { applyDocument } from './apply.ts';

/** An InferenceService that was deployed. */
export interface Deployed {
  readonly namespace: string;
  readonly name: string;
  readonly ready: boolean;
  /** Milliseconds from its acceptance to its readiness or failure. */
  readonly took: number;
}

export type Deploy = typeof deploy;

/**
 * Applies files and follows each InferenceService in them until it is ready or has failed, telling every step. An object that is
 * refused is told, and the others go on.
 */
export async function deploy(
  files: readonly string[],
  kubeconfig: string,
  io: Io,
): Promise<readonly Deployed[]> {
  const session = sessionOf({ files: [kubeconfig] }, io);
  try {
    const followed: Promise<Deployed>[] = [];
    for (const target of await targetsIn(await documentsIn(files, true, io), session)) {
      const object = await applied(target, session);
      if (object !== undefined && isInferenceService(object)) followed.push(follow(target, session));
    }
    return await Promise.all(followed);
  } finally {
    session.transport.close();
  }
}

async function applied(
  target: Parameters<typeof applyDocument>[0],
  session: Session,
): Promise<KubeObject | undefined> {
  try {
    const { object, became } = await applyDocument(target, session);
    session.io.out(`${nameOf(object)} ${became}\n`);
    return object;
  } catch (thrown) {
    const text = failureText(thrown);
    if (text === undefined) throw thrown;
    session.io.err(`${text}\n`);
    return undefined;
  }
}

async function follow(target: Target, session: Session): Promise<Deployed> {
  const began = performance.now();
  const { namespace, name = '' } = target;
  let last: Progress | undefined;
  const isSettled = (object: KubeObject | undefined): boolean => {
    const now: Progress =
      object === undefined ? { state: 'failed', text: 'it was deleted' } : progressOf(object);
    if (now.text !== last?.text) tell(name, now, performance.now() - began, session.io);
    last = now;
    return now.state !== 'waiting';
  };
  await waitFor(target, isSettled, { timeout: 2 ** 31 - 1, absence: 'fine' }, session);
  return { namespace, name, ready: last?.state === 'ready', took: performance.now() - began };
}

const colours = { waiting: '36', ready: '32', failed: '31' } as const;
const signs = { waiting: '…', ready: '✓', failed: '✗' } as const;

function tell(name: string, { state, text }: Progress, after: number, io: Io): void {
  const sign = io.colour ? `\u001B[${colours[state]}m${signs[state]}\u001B[0m` : signs[state];
  const seconds = `${(after / 1000).toFixed(after < 10_000 ? 2 : 0)} s`;
  io.out(`${sign} ${name}: ${text}${state === 'ready' ? ` after ${seconds}` : ''}\n`);
}
