export { largestBody, listenerFailure } from './failures.ts';
export { ApiServer, type ApiServerOptions, lookupIn } from './apiserver.ts';
export type { Call } from './call.ts';
export type { DefinitionRules } from './definitions.ts';
export type { Check, ServerVersion } from './pages/pages.ts';
export type { NodeAccess } from './nodes/kubelets.ts';
export type { Identify } from './requests/authenticate.ts';
export type { Annex, PageAnswer } from './server.ts';
export { upgrades } from './nodes/relay.ts';
