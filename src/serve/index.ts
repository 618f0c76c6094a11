export { serveErrors } from './errors.ts';
export { errorAnswer } from './protocols/answers.ts';
export type { Control } from './protocols/index.ts';
export { loadPlan, type LoadedPlan } from './repository/load.ts';
export type { ModelNotice } from './repository/model.ts';
export { Repository } from './repository/repository.ts';
export { errorOf, noteOf } from './scheduler/notes.ts';
export type { ErrorNote } from './scheduler/messages.ts';
export { createServing, type ServingOptions, type ServingThread } from './serving.ts';
