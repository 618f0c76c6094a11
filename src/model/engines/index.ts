import type { Plan } from '../plan/index.ts';
import type { Engine } from './contract.ts';
import { engineErrors } from './errors.ts';

export * from './contract.ts';
export { engineErrors } from './errors.ts';

/** A row of the registry: nothing of an engine is loaded before a plan needs it. */
export interface EngineRow {
  readonly name: string;
  readonly accepts: (plan: Plan) => boolean;
  readonly load: () => Promise<Engine>;
}

export const engines = [
  {
    name: 'tabular',
    accepts: plan => plan.kind === 'tabular',
    load: async () => (await import('./tabular/index.ts')).tabular,
  },
] as const satisfies readonly EngineRow[];

/** @throws `engine-missing` when no engine accepts the plan. */
export async function engineFor(plan: Plan): Promise<Engine> {
  const row = engines.find(one => one.accepts(plan));
  if (row === undefined)
    throw engineErrors.make['engine-missing'](`no engine computes plans of kind ${plan.kind}`);
  return row.load();
}
