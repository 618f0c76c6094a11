/** The custom kind of the corpus: every way in which a list or an object may be owned. */
export const gadgetDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.patches.example.dev' },
  spec: {
    group: 'patches.example.dev',
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.replicas' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  size: { type: 'integer' },
                  flag: { type: 'boolean' },
                  mode: { type: 'string', default: 'Slow' },
                  tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                  steps: {
                    type: 'array',
                    items: { type: 'object', properties: { name: { type: 'string' } } },
                  },
                  ports: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['port', 'proto'],
                    items: {
                      type: 'object',
                      required: ['port'],
                      properties: {
                        port: { type: 'integer' },
                        proto: { type: 'string', default: 'TCP' },
                        note: { type: 'string' },
                      },
                    },
                  },
                  color: {
                    type: 'object',
                    additionalProperties: { type: 'string' },
                    'x-kubernetes-map-type': 'atomic',
                  },
                  attributes: { type: 'object', additionalProperties: { type: 'string' } },
                  free: { 'x-kubernetes-preserve-unknown-fields': true },
                  limit: { 'x-kubernetes-int-or-string': true },
                  nested: {
                    type: 'object',
                    properties: {
                      inner: {
                        type: 'object',
                        'x-kubernetes-preserve-unknown-fields': true,
                        properties: {
                          names: {
                            type: 'array',
                            items: { type: 'string' },
                            'x-kubernetes-list-type': 'atomic',
                          },
                          items: {
                            type: 'array',
                            'x-kubernetes-list-type': 'map',
                            'x-kubernetes-list-map-keys': ['id'],
                            items: {
                              type: 'object',
                              required: ['id'],
                              properties: { id: { type: 'string' }, value: { type: 'string' } },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
              status: {
                type: 'object',
                properties: {
                  replicas: { type: 'integer' },
                  conditions: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['type'],
                    items: {
                      type: 'object',
                      required: ['type'],
                      properties: {
                        type: { type: 'string' },
                        status: { type: 'string' },
                        reason: { type: 'string' },
                        message: { type: 'string' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
} as const;
