export { errorAnswer, type Control } from './protocols/index.ts';
export {
  findModel,
  loadPlan,
  Repository,
  type LoadedPlan,
  type ModelNotice,
  type PlanPlace,
} from './repository/index.ts';
export { type Fault, SharedPool, type SharedPoolOptions } from './scheduler/index.ts';
export { createServing, type ServingOptions, type ServingThread, type SharedThreads } from './serving.ts';
