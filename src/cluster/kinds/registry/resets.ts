import type { Kind } from '../kind.ts';

type Resets = Kind['resets'];

/** Of kinds of which only the status is written through the status, metadata included. */
const ofStatusAlone: Resets = { status: [['spec'], ['metadata']] };

/** What paths leave as it was, of kinds for which that is not the status and, through the status, the spec (the `GetResetFields` of each). */
const own: Readonly<Record<string, Resets>> = {
  'apps/deployments': { status: [['spec'], ['metadata', 'labels']] },
  pods: { status: [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']] },
  'certificates.k8s.io/certificatesigningrequests': {
    '': [['spec'], ['status']],
    status: [['spec'], ['status', 'conditions']],
    approval: [['spec'], ['status', 'certificate']],
  },
  'certificates.k8s.io/podcertificaterequests': ofStatusAlone,
  'admissionregistration.k8s.io/validatingadmissionpolicies': ofStatusAlone,
  'apiregistration.k8s.io/apiservices': ofStatusAlone,
  'flowcontrol.apiserver.k8s.io/flowschemas': ofStatusAlone,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': ofStatusAlone,
  'networking.k8s.io/servicecidrs': ofStatusAlone,
  'storage.k8s.io/csinodes': ofStatusAlone,
  'storage.k8s.io/volumeattachments': ofStatusAlone,
  'storagemigration.k8s.io/storageversionmigrations': ofStatusAlone,
};

const usual: Resets = { status: [['spec']] };

/** The resets of a built-in kind: by `<group>/<plural>`, of the core by the plural. */
export function resetsOf(resource: string): Resets {
  return own[resource] ?? usual;
}

/** Those of every custom kind. */
export const customResets: Resets = ofStatusAlone;
