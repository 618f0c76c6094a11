import { directRole } from '../meta/index.ts';
import type { FirstBinding, FirstRole } from './roles.ts';

/**
 * What pods need the right to that ask who calls them: whose a token is (whoever holds a token can ask that with it anyway), and,
 * bound in a namespace where a service demands it, who may do what there.
 */
export const directRoles: readonly FirstRole[] = [
  {
    name: 'davit-token-review',
    labels: {},
    rules: [{ verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'] }],
  },
  {
    name: directRole,
    labels: {},
    rules: [
      { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'] },
    ],
  },
];

export const directBindings: readonly FirstBinding[] = [
  { name: 'davit-token-review', role: 'davit-token-review', groups: ['system:serviceaccounts'] },
];
