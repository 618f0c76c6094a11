export { Pool } from './pool.ts';
export { Scheduler } from './scheduler.ts';
