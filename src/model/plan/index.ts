export { viewOf, type ArrayOf, type PlanArray } from './arrays.ts';
export {
  encodeCategories,
  encodeTexts,
  PlanBuilder,
  type ColumnTexts,
  type NewArray,
  type NewLabels,
  type NewResult,
  type PlanHead,
} from './builder.ts';
export { checkPlan, typesOf } from './check.ts';
export { planErrors } from './errors.ts';
export * from './operators/index.ts';
export { originsOf, type Origins } from './origins.ts';
export * from './plan.ts';
