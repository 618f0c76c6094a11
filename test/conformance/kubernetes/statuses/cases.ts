import { request } from '../request.ts';

/** An object of a kind whose status is written through a path of its own. */
export interface Kept {
  readonly name: string;
  readonly collection: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** The part that is written, and what of it beside metadata. */
  readonly part: string;
  readonly state?: Readonly<Record<string, unknown>>;
}

const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const selector = { matchLabels: { app: 'a' } };
const meta = { name: 'kept', labels: { first: '1' } };
const inNamespace = (group: string, plural: string): string =>
  `${group === '' ? '/api' : `/apis/${group}`}/v1/namespaces/default/${plural}`;
const met = {
  type: 'Tested',
  status: 'True',
  reason: 'Test',
  message: 'm',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};
const policy = {
  matchConstraints: {
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
    ],
  },
  validations: [{ expression: 'true' }],
};

/** Kinds that differ in what a write of the status leaves as it was, and usual ones. */
export const kinds: readonly Kept[] = [
  {
    name: 'Pod',
    collection: inNamespace('', 'pods'),
    object: { metadata: meta, spec: { ...template.spec, automountServiceAccountToken: false } },
    part: 'status',
    state: { status: { message: 'm' } },
  },
  {
    name: 'Service',
    collection: inNamespace('', 'services'),
    object: { metadata: meta, spec: { ports: [{ port: 80 }] } },
    part: 'status',
    state: { status: { conditions: [met] } },
  },
  {
    name: 'Namespace',
    collection: '/api/v1/namespaces',
    object: { metadata: meta },
    part: 'status',
    state: { status: { conditions: [met] } },
  },
  {
    name: 'PersistentVolumeClaim',
    collection: inNamespace('', 'persistentvolumeclaims'),
    object: {
      metadata: meta,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    part: 'status',
    state: { status: { phase: 'Lost' } },
  },
  {
    name: 'Deployment',
    collection: inNamespace('apps', 'deployments'),
    object: { metadata: meta, spec: { selector, template, replicas: 0 } },
    part: 'status',
    state: { status: { replicas: 2 } },
  },
  {
    name: 'ReplicaSet',
    collection: inNamespace('apps', 'replicasets'),
    object: { metadata: meta, spec: { selector, template, replicas: 0 } },
    part: 'status',
    state: { status: { replicas: 2 } },
  },
  {
    name: 'Job',
    collection: inNamespace('batch', 'jobs'),
    object: {
      metadata: meta,
      spec: { suspend: true, template: { spec: { ...template.spec, restartPolicy: 'Never' } } },
    },
    part: 'status',
    state: { status: { ready: 0 } },
  },
  {
    name: 'PodDisruptionBudget',
    collection: inNamespace('policy', 'poddisruptionbudgets'),
    object: { metadata: meta, spec: { selector, minAvailable: 1 } },
    part: 'status',
    state: { status: { disruptionsAllowed: 2 } },
  },
  {
    name: 'ValidatingAdmissionPolicy',
    collection: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    object: { metadata: meta, spec: policy },
    part: 'status',
    state: { status: { observedGeneration: 7 } },
  },
  {
    name: 'VolumeAttachment',
    collection: '/apis/storage.k8s.io/v1/volumeattachments',
    object: {
      metadata: meta,
      spec: { attacher: 'a.example.dev', nodeName: 'n', source: { persistentVolumeName: 'v' } },
    },
    part: 'status',
    state: { status: { attached: true } },
  },
  {
    name: 'CustomResourceDefinition',
    collection: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    object: {
      metadata: { ...meta, name: 'kepts.example.dev' },
      spec: {
        group: 'example.dev',
        scope: 'Cluster',
        names: { plural: 'kepts', kind: 'Kept' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: {
              openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        ],
      },
    },
    part: 'status',
  },
  {
    name: 'a custom kind',
    collection: '/apis/example.dev/v1/kepts',
    object: { apiVersion: 'example.dev/v1', kind: 'Kept', metadata: meta, spec: { a: 1 } },
    part: 'status',
    state: { status: { b: 2 }, spec: { a: 3 } },
  },
];

/** The status of these has two paths, which write one half each. */
export const requests: readonly Kept[] = ['status', 'approval'].map(part => ({
  name: `CertificateSigningRequest, by its ${part}`,
  collection: '/apis/certificates.k8s.io/v1/certificatesigningrequests',
  object: {
    metadata: { ...meta, name: `kept-${part}` },
    spec: { request, signerName: 'example.dev/nobody', usages: ['client auth'] },
  },
  part,
}));

/** What is written of metadata. */
export const written = {
  labels: { first: null, second: '2' },
  annotations: { 'example.dev/second': '2' },
  finalizers: ['example.dev/held'],
  ownerReferences: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'owner',
      uid: '00000000-0000-4000-8000-000000000001',
    },
  ],
};
