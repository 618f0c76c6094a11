import type { Admission } from './contract.ts';

/** Kinds that are kept but that no controller acts on yet, and what is not done for them. */
const waiting: ReadonlyMap<string, string> = new Map([
  ['apiregistration.k8s.io/apiservices', 'no request is passed on for it'],
  ['autoscaling/horizontalpodautoscalers', 'nothing is scaled by it'],
  ['flowcontrol.apiserver.k8s.io/flowschemas', 'requests are not told apart by it'],
  ['flowcontrol.apiserver.k8s.io/prioritylevelconfigurations', 'no request is limited by it'],
  ['node.k8s.io/runtimeclasses', 'pods run without it'],
  ['storagemigration.k8s.io/storageversionmigrations', 'no object is written again for it'],
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
