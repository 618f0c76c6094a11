import type { Admission } from '../admission/index.ts';

const group = 'serving.kserve.io';

/** Kinds of KServe's that are kept but that nothing acts on yet, and what is not done for them. */
const waiting: ReadonlyMap<string, string> = new Map([
  [`${group}/inferencegraphs`, 'no requests are passed from one service to the next'],
  [`${group}/llminferenceservices`, 'no language model is served by it'],
  [`${group}/llminferenceserviceconfigs`, 'no language model is served by it'],
  [`${group}/localmodelcaches`, 'no model is fetched ahead by it'],
  [`${group}/localmodelnamespacecaches`, 'no model is fetched ahead by it'],
  [`${group}/localmodelnodegroups`, 'no model is fetched ahead by it'],
]);

/** Says at the creation of an object that nothing will come of it yet. */
export const notServedYet: Admission = {
  name: 'waiting.kserve',
  concerns: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && subresource === '' && waiting.has(kind.resource),
  validate: request => {
    const { kind } = request;
    request.warn(`${kind.kind} is stored but not acted on yet: ${waiting.get(kind.resource)}`);
  },
};
