export { callersAdmission } from './admission.ts';
export { ServiceAuthorizer, type CallersSource } from './authorizer.ts';
export { callersOf, type Callers } from './callers.ts';
export { isGuarded } from './direct.ts';
export type { Decision, Wanted } from './decide.ts';
export { ServicePolicy } from './policy.ts';
export { beyondScope, ScopedAuthorizer, scopeVerbOf } from './scope.ts';
export { predictAction, seeAction } from './words.ts';
