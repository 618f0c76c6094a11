import type { KubeObject } from '../../meta/index.ts';
import type { Schema } from '../../schema/index.ts';
import type { Version } from '../custom/definition.ts';

const text: Schema = { type: 'string' };

/** A subject of a RoleBinding (rbac.authorization.k8s.io/v1 Subject). */
const owner: Schema = {
  type: 'object',
  description: 'Who may do everything in the namespace, and decides who else may do what.',
  required: ['kind', 'name'],
  properties: { apiGroup: text, kind: text, name: text, namespace: text },
};

const plugin: Schema = {
  type: 'object',
  properties: {
    apiVersion: text,
    kind: text,
    spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};

const quantity: Schema = {
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  pattern:
    '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
  'x-kubernetes-int-or-string': true,
};

const scopeRequirement: Schema = {
  type: 'object',
  required: ['operator', 'scopeName'],
  properties: { operator: text, scopeName: text, values: { type: 'array', items: text } },
};

/** `spec` of a ResourceQuota. */
const quota: Schema = {
  type: 'object',
  description: 'What all objects of the namespace may use together.',
  properties: {
    hard: { type: 'object', additionalProperties: quantity },
    scopeSelector: {
      type: 'object',
      properties: { matchExpressions: { type: 'array', items: scopeRequirement } },
    },
    scopes: { type: 'array', items: text },
  },
};

const condition: Schema = { type: 'object', properties: { message: text, status: text, type: text } };

const shape: Schema = {
  type: 'object',
  description: 'A namespace that belongs to somebody.',
  properties: {
    apiVersion: text,
    kind: text,
    metadata: { type: 'object' },
    spec: {
      type: 'object',
      description: 'What is wanted.',
      properties: { owner, plugins: { type: 'array', items: plugin }, resourceQuotaSpec: quota },
    },
    status: {
      type: 'object',
      description: 'What is, as far as the controllers have seen.',
      properties: { conditions: { type: 'array', items: condition } },
    },
  },
};

function version(name: string, storage: boolean): Version {
  return {
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: shape },
    subresources: { status: {} },
    additionalPrinterColumns: [
      { name: 'Owner', type: 'string', jsonPath: '.spec.owner.name' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  };
}

/** Kubeflow's Profile (kubeflow.org/v1 and v1beta1, which differ in nothing), as a definition that is always there. */
export const profileDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'profiles.kubeflow.org' },
  spec: {
    group: 'kubeflow.org',
    scope: 'Cluster',
    names: { kind: 'Profile', listKind: 'ProfileList', plural: 'profiles', singular: 'profile' },
    versions: [version('v1', true), version('v1beta1', false)],
  },
};
