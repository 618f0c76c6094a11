export {
  type Audit,
  type AuditEvent,
  type Closed,
  type Credential,
  type Grants,
  type IssuerFacts,
  type Keeper,
  type Known,
  type NewSession,
  type Passwords,
  type People,
  type Person,
  type RecordKind,
  recordKinds,
  type Records,
  type Revoked,
  type Row,
  type Scope,
  type ScopeVerb,
  scopeVerbs,
  type Shared,
} from './contract.ts';
export { MemoryRecords } from './memory.ts';
export { everyGrantOf, everyGrantOfId, isEnded } from './revoked.ts';
export { scopeIn, scopeNamespaceExtra, scopeVerbsExtra } from './scope.ts';

/** Below which the gateway looks for the built-in issuer. */
export const issuerPath = '/dex';
