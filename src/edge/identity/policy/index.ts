export { pathKey, ServiceAuthorizer, type CallersSource } from './authorizer.ts';
export { callersAnnotation, callersOf, publicAnnotation, type Callers } from './callers.ts';
export type { Decision, Wanted } from './decide.ts';
export { ServicePolicy } from './policy.ts';
export { beyondScope, scopeVerbOf } from './scope.ts';
export { predictAction, seeAction } from './words.ts';
