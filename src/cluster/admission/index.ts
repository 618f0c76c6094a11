export { admitted, mutated, type Admission, type AdmissionRequest } from './contract.ts';
export { limitRanger } from './limits.ts';
export { namespaceLifecycle } from './namespaces.ts';
export { priorityAdmission } from './priority.ts';
export { quotaAdmission } from './quota.ts';
export { roleEscalation } from './roles.ts';
export { serviceAccountAdmission } from './serviceaccounts.ts';
