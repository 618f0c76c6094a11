import { dirname, join } from 'node:path';
import { createLog } from '../../src/base/log/index.ts';
import { createListener } from '../../src/base/net/index.ts';
import { createServing, errorAnswer, loadPlan, Repository, type Control } from '../../src/serve/index.ts';

const root = dirname(dirname(import.meta.dirname));
export const irisFile = join(root, 'examples', 'iris', 'iris-model.joblib');

/** A server of this process with the iris model, and one model that cannot be loaded. */
export interface InProcess {
  readonly port: number;
  readonly repository: Repository;
  readonly logged: string[];
  close(): Promise<void>;
}

export async function startServing(
  limits: { maxRows: number; headBytes: number; bodyBytes: number },
  model: { predictProba: boolean } = { predictProba: false },
): Promise<InProcess> {
  const logged: string[] = [];
  const log = createLog({
    level: 'debug',
    format: 'json',
    colour: false,
    now: Date.now,
    write: line => void logged.push(line),
  });
  const control: Control = {
    load: name => repository.load(name),
    unload: name => repository.unload(name),
    metrics: () => Promise.resolve(''),
  };
  const options = {
    model,
    limits,
    computeThreads: 1,
    version: '0.0.0',
    accessLog: false,
  };
  const serving = createServing(options, control, log);
  const repository: Repository = new Repository(2 ** 30, {
    load: path => loadPlan(path),
    publish: notice => serving.apply(notice),
    log,
    now: () => performance.now(),
  });
  const listener = createListener(
    {
      limits,
      describe: error => {
        const { head, body } = errorAnswer(error);
        return { fields: head.fields, body };
      },
    },
    serving.handler,
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  await repository.add('iris', irisFile);
  await repository.load('iris');
  await repository.add('broken', join(root, 'README.md'));
  await repository.load('broken').catch(() => {});
  const close = async (): Promise<void> => {
    await listener.close();
    await serving.close();
  };
  return { port, repository, logged, close };
}
