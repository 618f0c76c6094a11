export {
  add,
  type Amounts,
  asksAsWhole,
  podLimits,
  type PodContainer,
  podRequests,
  type Resources,
  subtracted,
  zero,
} from './pods.ts';
export { inScope, type Quota } from './scopes.ts';
export { countedUntil, maySwell, type Reach, usageOf } from './usage.ts';
