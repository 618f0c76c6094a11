export type { Compute } from './contract.ts';
export { Pool } from './pool.ts';
export { Scheduler } from './scheduler.ts';
export { Place } from './shared/place.ts';
export { SharedPool, type SharedPoolOptions } from './shared/pool.ts';
export type { Fault } from './shared/task.ts';
