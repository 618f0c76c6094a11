export { issue, type CertificateRequest, type Identity } from './certificates.ts';
export { RoleAuthorizer, type RoleSource } from './rbac.ts';
export { compacted, type PolicyRule } from './rules.ts';
export {
  newSigningKey,
  serviceAccountUser,
  signingKey,
  TokenIssuer,
  type BoundObject,
  type SigningKey,
  type TokenFacts,
  type TokenRequest,
} from './tokens.ts';
