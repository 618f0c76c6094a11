import { type Fields, itemsOf, textOf, variableOf } from './untyped.ts';
import type { Fault } from './webhooks.ts';

/** Variables that would let a client's code run in a server of ours. */
const blocked = ['PYTHONPATH'];

/** The first container whose environment sets what nobody may set. */
export function blockedVariable(containers: readonly Fields[]): Fault {
  for (const container of containers) {
    const found = itemsOf(container['env']).find(one => blocked.includes(textOf(one['name']) ?? ''));
    if (found === undefined) continue;
    const name = JSON.stringify(textOf(container['name']) ?? '');
    return `setting ${String(found['name'])} in container ${name} is not allowed for security reasons`;
  }
  return undefined;
}

/** The size of a group of processes that only `workerSpec` may say. */
export function parallelVariable(container: Fields): Fault {
  const name = ['PIPELINE_PARALLEL_SIZE', 'TENSOR_PARALLEL_SIZE'].find(
    one => variableOf(container, one) !== undefined,
  );
  return name === undefined ? undefined : `setting ${name} in environment variables is not allowed`;
}
