export type { PolicyParts } from './chosen.ts';
export { mutatingPolicies } from './mutating.ts';
export { validatingPolicies } from './validating.ts';
