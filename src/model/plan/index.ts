export { viewOf, type ArrayOf, type PlanArray } from './arrays.ts';
export {
  encodeTexts,
  PlanBuilder,
  type NewArray,
  type NewLabels,
  type NewResult,
  type PlanHead,
} from './builder.ts';
export { checkPlan, typesOf } from './check.ts';
export { decodePlan, encodePlan } from './encode.ts';
export { planErrors } from './errors.ts';
export * from './operators/index.ts';
export * from './plan.ts';
