export {
  admitted,
  mutated,
  type Admission,
  type AdmissionRequest,
  type Again,
  type Changing,
} from './contract.ts';
export { inTurn } from './turns.ts';
export { bundleSigners, certificateSigners, certificateSubjects, requesters } from './certificates.ts';
export { limitRanger } from './limits.ts';
export { namespaceLifecycle } from './namespaces.ts';
export { notActedOn } from './waiting.ts';
export { storageProtection } from './protection.ts';
export { priorityAdmission } from './priority.ts';
export { roleEscalation } from './roles.ts';
export { defaultTolerations, serviceAccountAdmission } from './serviceaccounts.ts';
export type { Lookup } from './reading.ts';
export { podResizing } from './resizing.ts';
export { quotaAdmission } from './quota.ts';
