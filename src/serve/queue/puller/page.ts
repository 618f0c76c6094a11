import { createHash, timingSafeEqual } from 'node:crypto';
import { type Field, prepareHead, type Handler, type Head } from '../../../base/net/index.ts';
import { type Asked, podField, probeField } from '../../../base/probes/index.ts';
import type { PulledModel } from './puller.ts';
import type { PullState } from './pulled.ts';

const asked: Asked = 'models';

/** Fields by which a controller asks the agent of a pod how the models of its server are. */
export function modelsProbe(uid: string): readonly Field[] {
  return [
    [probeField, asked],
    [podField, uid],
  ];
}

/** What an agent tells of a model. */
export interface ToldModel {
  readonly name: string;
  /** SHA-256 of the storage URI in hexadecimal digits: what the state is of. */
  readonly of: string;
  readonly state: PullState;
  /** Why it failed. */
  readonly reason?: string;
}

const json = prepareHead(200, [['Content-Type', 'application/json']]);

/**
 * Answers those who ask by `modelsProbe`; everybody else is the matter of `next`. Stands before whatever asks who a caller is.
 * @param uid of the pod; without it nobody is answered
 */
export function withModelsPage(
  next: Handler,
  models: () => readonly PulledModel[],
  uid: string | undefined,
): Handler {
  if (uid === undefined || uid === '') return next;
  const known = digestOf(uid);
  return (method, target, head, body, sink) => {
    if (method !== 'GET' || !isAsked(head, known)) return next(method, target, head, body, sink);
    const told: readonly ToldModel[] = models().map(({ uri, ...rest }) => ({
      ...rest,
      of: createHash('sha256').update(uri).digest('hex'),
    }));
    return sink.send(json, Buffer.from(JSON.stringify({ models: told })));
  };
}

function isAsked(head: Head, known: Uint8Array): boolean {
  const uid = head.header(podField);
  return head.header(probeField) === asked && uid !== undefined && timingSafeEqual(digestOf(uid), known);
}

function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
