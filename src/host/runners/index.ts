export { Attempt, type AttemptEnd, type AttemptNote, type Resources } from './attempt.ts';
export { type Engine, type EngineChoice, findEngine, type Image } from './engine/engine.ts';
export { Groups, type MemoryLimits } from './groups/groups.ts';
export { type ContainerRequest, type EngineMount, folderLabel } from './engine/request.ts';
export { runnerErrors } from './errors.ts';
export { notExecutable } from './executable.ts';
export { type Convention, type EngineUse, type Play, playOf, type Role } from './images.ts';
export type { Mark, Part } from './output.ts';
export { type Mount, onThisMachine } from './paths.ts';
export { Runner, type RunnerOptions, type RunRequest } from './runner.ts';
export {
  type FromShared,
  handsFile,
  Lines,
  mostHands,
  type SeatName,
  type SeatRequest,
  type ToShared,
} from './seats/messages.ts';
export { sharedBy, sharedProcesses } from './seats/left.ts';
export type { Seat } from './seats/seat.ts';
export type { Assignment } from './spares.ts';
export { steering } from './steering.ts';
export { wordsOf } from './words.ts';
