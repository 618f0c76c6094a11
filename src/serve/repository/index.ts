export { Directory } from './directory.ts';
export type { PlanPlace } from './kept.ts';
export { findModel, loadPlan, type LoadedPlan } from './load.ts';
export {
  type ComputingModel,
  described,
  makeReady,
  type ModelNotice,
  type ModelOptions,
  probe,
  type ReadyModel,
} from './model.ts';
export { type Admit, Repository } from './repository.ts';
