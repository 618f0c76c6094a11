export { decodePlan, encodePlan } from './encode.ts';
