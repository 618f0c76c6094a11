import type { Schema, TypedSchema } from '../schema/index.ts';

/** An extract of Kubernetes' published shapes (apps/v1 Deployment, core/v1) with what this room looks at. */
const schemas: Readonly<Record<string, Schema>> = {
  'io.k8s.api.apps.v1.Deployment': {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: ref('meta.v1.ObjectMeta') }], default: {} },
      spec: { allOf: [{ $ref: ref('DeploymentSpec') }], default: {} },
      status: { allOf: [{ $ref: ref('DeploymentStatus') }], default: {} },
    },
  },
  'meta.v1.ObjectMeta': {
    type: 'object',
    properties: {
      name: { type: 'string' },
      namespace: { type: 'string' },
      uid: { type: 'string' },
      generation: { type: 'integer' },
      resourceVersion: { type: 'string' },
      creationTimestamp: { type: 'string', format: 'date-time' },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      annotations: { type: 'object', additionalProperties: { type: 'string' } },
      finalizers: {
        type: 'array',
        items: { type: 'string' },
        'x-kubernetes-list-type': 'set',
        'x-kubernetes-patch-strategy': 'merge',
      },
      managedFields: {
        type: 'array',
        items: { type: 'object' },
        'x-kubernetes-list-type': 'atomic',
      },
    },
  },
  DeploymentSpec: {
    type: 'object',
    required: ['selector', 'template'],
    properties: {
      replicas: { type: 'integer', format: 'int32' },
      paused: { type: 'boolean' },
      selector: {
        type: 'object',
        properties: { matchLabels: { type: 'object', additionalProperties: { type: 'string' } } },
        'x-kubernetes-map-type': 'atomic',
      },
      strategy: {
        allOf: [{ $ref: ref('DeploymentStrategy') }],
        default: {},
        'x-kubernetes-patch-strategy': 'retainKeys',
      },
      template: { allOf: [{ $ref: ref('PodSpec') }], default: {} },
    },
  },
  DeploymentStrategy: {
    type: 'object',
    properties: {
      type: { type: 'string' },
      rollingUpdate: {
        type: 'object',
        properties: {
          maxSurge: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
        },
      },
    },
  },
  DeploymentStatus: { type: 'object', properties: { replicas: { type: 'integer' } } },
  PodSpec: {
    type: 'object',
    required: ['containers'],
    properties: {
      containers: {
        type: 'array',
        items: { $ref: ref('Container') },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge',
      },
      nodeSelector: {
        type: 'object',
        additionalProperties: { type: 'string' },
        'x-kubernetes-map-type': 'atomic',
      },
    },
  },
  Container: {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', default: '' },
      image: { type: 'string' },
      args: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'atomic' },
      ports: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            containerPort: { type: 'integer', default: 0 },
            protocol: { type: 'string', default: 'TCP' },
          },
        },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
        'x-kubernetes-patch-merge-key': 'containerPort',
        'x-kubernetes-patch-strategy': 'merge',
      },
    },
  },
};

function ref(name: string): string {
  return `#/components/schemas/${name}`;
}

export const deploymentShape: TypedSchema = {
  schema: schemas['io.k8s.api.apps.v1.Deployment'] as Schema,
  definitions: new Map(Object.entries(schemas)),
};

/** A shape of a custom kind. */
export function customShapeOf(spec: Schema): TypedSchema {
  const { definitions } = deploymentShape;
  const metadata = definitions.get('meta.v1.ObjectMeta') as Schema;
  const properties = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata, spec } as const;
  return { schema: { type: 'object', properties }, definitions };
}
