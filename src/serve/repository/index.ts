export { Directory } from './directory.ts';
export { findModel, loadPlan, type LoadedPlan } from './load.ts';
export { makeReady, type ModelNotice, type ModelOptions, type ReadyModel } from './model.ts';
export { Repository } from './repository.ts';
