import type { Admission } from './contract.ts';

/** Kinds that are kept but that no controller acts on yet, and what is not done for them. */
const waiting: ReadonlyMap<string, string> = new Map([
  ['apps/daemonsets', 'no pods are made for it'],
  ['autoscaling/horizontalpodautoscalers', 'nothing is scaled by it'],
]);

/** Says at the creation of an object that nothing will come of it yet. */
export const notActedOn: Admission = {
  name: 'NotActedOn',
  concerns: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && subresource === '' && waiting.has(kind.resource),
  validate: request => {
    const { kind } = request;
    request.warn(`${kind.kind} is stored but not acted on yet: ${waiting.get(kind.resource)}`);
  },
};
