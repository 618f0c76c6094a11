import { createHash } from 'node:crypto';
import { prepareHead, type Handler } from '../../../base/net/index.ts';
import type { PulledModel } from './puller.ts';
import type { PullState } from './pulled.ts';

/** Field and value by which a controller asks an agent how the models of its server are. */
export const modelsProbe = ['K-Network-Probe', 'models'] as const;

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

/** Answers those who ask by `modelsProbe`; everybody else is the matter of `next`. */
export function withModelsPage(next: Handler, models: () => readonly PulledModel[]): Handler {
  const [field, value] = modelsProbe;
  return (method, target, head, body, sink) => {
    if (method !== 'GET' || head.header(field) !== value) return next(method, target, head, body, sink);
    const told: readonly ToldModel[] = models().map(({ uri, ...rest }) => ({
      ...rest,
      of: createHash('sha256').update(uri).digest('hex'),
    }));
    return sink.send(json, Buffer.from(JSON.stringify({ models: told })));
  };
}
