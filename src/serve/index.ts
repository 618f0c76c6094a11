export { errorAnswer, type Control } from './protocols/index.ts';
export { loadPlan, Repository, type LoadedPlan, type ModelNotice } from './repository/index.ts';
export { createServing, type ServingOptions, type ServingThread } from './serving.ts';
