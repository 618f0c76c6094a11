export { alone } from './locks.ts';
