import { request } from '../request.ts';

/** An object of a kind that people seldom look at, and a state that somebody gives it. */
export interface Sample {
  readonly resource: string;
  readonly path: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** Through which part it is given a state, and which. */
  readonly becomes?: { readonly part: string; readonly status: Readonly<Record<string, unknown>> };
}

const bundle = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUNhv6VptydRPTscWslagxrvyH1VwwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGYnVuZGxlMCAXDTI2MTEyNjE4NTAxNVoYDzIxMjYxMTAyMTg1
MDE1WjARMQ8wDQYDVQQDDAZidW5kbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATYbulUWxPkxSQy12b1RO+74NYBBl4ltJoB6GJKuHfQBC3zkbQ/5BlFZDpwN1Oy
iCug7sJudRCZ+xy3leiGDiSBo1MwUTAdBgNVHQ4EFgQUnqE7L/drqdqH2hp7PbAe
jFNYebcwHwYDVR0jBBgwFoAUnqE7L/drqdqH2hp7PbAejFNYebcwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAvkfCP2JyaZoRRJGdWowHlpQweqynG
qFLT567Pt6FLvwIhAIlUpyA4gyje0YdpmT1nmxEPkuhCCrnb0PqfZzcpj/dC
-----END CERTIFICATE-----
`;

const condition = (type: string, status = 'True'): Readonly<Record<string, unknown>> => ({
  type,
  status,
  reason: 'Test',
  message: 'as a test has it',
  lastUpdateTime: '2026-01-01T00:00:00Z',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

function samplesOf(group: string, plural: string, namespace: string, rows: readonly Row[]): Sample[] {
  const place = namespace === '' ? plural : `namespaces/${namespace}/${plural}`;
  return rows.map(([name, object, part, status]) => ({
    resource: group === '' ? plural : `${group}/${plural}`,
    path: `${group === '' ? '/api' : `/apis/${group}`}/v1/${place}`,
    object: { metadata: { name }, ...object },
    ...(part !== undefined && status !== undefined && { becomes: { part, status } }),
  }));
}

type Row = readonly [
  name: string,
  object: Readonly<Record<string, unknown>>,
  part?: string,
  status?: Readonly<Record<string, unknown>>,
];

const signed = (more: object = {}): { spec: object } => ({
  spec: { request, signerName: 'example.dev/nobody', usages: ['client auth'], ...more },
});
const conditions = (...all: readonly object[]): Readonly<Record<string, unknown>> => ({ conditions: all });

const mutation = {
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' },
};
const matches = {
  resourceRules: [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
  ],
};
const mutating = (more: object = {}): { spec: object } => ({
  spec: {
    matchConstraints: matches,
    mutations: [mutation],
    reinvocationPolicy: 'Never',
    ...more,
  },
});
const bound = (more: object): { spec: object } => ({ spec: { policyName: 'columns-none', ...more } });

const level = (more: object): { spec: object } => ({ spec: more });
const queued = { queues: 8, handSize: 4, queueLengthLimit: 20 };

const labels = { app: 'a', tier: 'web' };
const template = {
  metadata: { labels },
  spec: {
    containers: [
      { name: 'one', image: 'one:1' },
      { name: 'two', image: 'two:2' },
    ],
  },
};
const requirements = [
  { key: 'tier', operator: 'In', values: ['web', 'back'] },
  { key: 'old', operator: 'DoesNotExist' },
  { key: 'app', operator: 'Exists' },
];
const hook = (name: string): object => ({
  name: `${name}.example.dev`,
  clientConfig: { url: 'https://127.0.0.1:1/' },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  namespaceSelector: { matchLabels: { none: 'such' } },
});
const validating = (more: object = {}): { spec: object } => ({
  spec: { matchConstraints: matches, validations: [{ expression: 'true' }], ...more },
});

/** Objects of kinds that have columns of their own, and of some that have not. */
export const samples: readonly Sample[] = [
  ...samplesOf('', 'limitranges', 'columns', [
    ['bounds', { spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } }],
  ]),
  ...samplesOf('', 'podtemplates', 'columns', [['labelled', { template }]]),
  ...samplesOf('', 'replicationcontrollers', 'columns', [
    ['new', { spec: { replicas: 2, selector: labels, template } }],
    [
      'half',
      { spec: { replicas: 2, selector: { app: 'a' }, template } },
      'status',
      { replicas: 2, readyReplicas: 1 },
    ],
  ]),
  ...samplesOf('networking.k8s.io', 'networkpolicies', 'columns', [
    ['all', { spec: { podSelector: {} } }],
    ['some', { spec: { podSelector: { matchLabels: labels, matchExpressions: requirements } } }],
  ]),
  ...samplesOf('policy', 'poddisruptionbudgets', 'columns', [
    ['least', { spec: { minAvailable: 1, selector: { matchLabels: labels } } }],
    [
      'most',
      { spec: { maxUnavailable: '30%', selector: {} } },
      'status',
      { disruptionsAllowed: 2, currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 },
    ],
  ]),
  ...samplesOf('rbac.authorization.k8s.io', 'roles', 'columns', [
    ['reader', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }],
  ]),
  ...samplesOf('coordination.k8s.io', 'leases', 'columns', [
    ['free', { spec: {} }],
    ['held', { spec: { holderIdentity: 'somebody', leaseDurationSeconds: 15 } }],
  ]),
  ...samplesOf('admissionregistration.k8s.io', 'mutatingwebhookconfigurations', '', [
    ['columns-none', {}],
    ['columns-two', { webhooks: [hook('one'), hook('two')] }],
  ]),
  ...samplesOf('admissionregistration.k8s.io', 'validatingwebhookconfigurations', '', [
    ['columns-none', {}],
    ['columns-two', { webhooks: [hook('one'), hook('two')] }],
  ]),
  ...samplesOf('admissionregistration.k8s.io', 'validatingadmissionpolicies', '', [
    ['columns-plain', validating()],
    [
      'columns-more',
      validating({
        validations: [{ expression: 'true' }, { expression: '1 == 1' }],
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      }),
    ],
  ]),
  ...samplesOf('admissionregistration.k8s.io', 'validatingadmissionpolicybindings', '', [
    ['columns-plain', bound({ validationActions: ['Deny'] })],
    [
      'columns-one',
      bound({
        validationActions: ['Warn'],
        paramRef: { name: 'p', namespace: 'n', parameterNotFoundAction: 'Deny' },
      }),
    ],
  ]),
  ...samplesOf('certificates.k8s.io', 'certificatesigningrequests', '', [
    ['columns-pending', signed({ expirationSeconds: 7300 })],
    ['columns-approved', signed(), 'approval', conditions(condition('Approved'))],
    ['columns-denied', signed(), 'approval', conditions(condition('Denied'))],
    ['columns-failed', signed({ expirationSeconds: 86_400 }), 'status', conditions(condition('Failed'))],
    ['columns-issued', signed(), 'status', { certificate: Buffer.from(bundle).toString('base64') }],
  ]),
  ...samplesOf('certificates.k8s.io', 'clustertrustbundles', '', [
    ['columns-bundle', { spec: { trustBundle: bundle } }],
    ['example.dev:nobody:columns', { spec: { signerName: 'example.dev/nobody', trustBundle: bundle } }],
  ]),
  ...samplesOf('networking.k8s.io', 'ipaddresses', '', [
    ['10.200.0.1', { spec: { parentRef: { resource: 'services', namespace: 'columns', name: 'one' } } }],
    ['10.200.0.2', { spec: { parentRef: { group: 'example.dev', resource: 'widgets', name: 'one' } } }],
  ]),
  ...samplesOf('networking.k8s.io', 'servicecidrs', '', [
    ['columns-one', { spec: { cidrs: ['10.201.0.0/24'] } }],
    ['columns-two', { spec: { cidrs: ['10.202.0.0/24', '2001:db8::/112'] } }],
  ]),
  ...samplesOf('storage.k8s.io', 'csidrivers', '', [
    ['columns-plain.example.dev', { spec: {} }],
    [
      'columns-more.example.dev',
      {
        spec: {
          attachRequired: false,
          podInfoOnMount: true,
          storageCapacity: true,
          requiresRepublish: true,
          tokenRequests: [{ audience: 'a' }, { audience: 'b', expirationSeconds: 700 }],
          volumeLifecycleModes: ['Persistent', 'Ephemeral'],
        },
      },
    ],
    ['columns-none.example.dev', { spec: { tokenRequests: [] } }],
  ]),
  ...samplesOf('storage.k8s.io', 'csinodes', '', [
    ['columns-none', { spec: { drivers: [] } }],
    ['columns-one', { spec: { drivers: [{ name: 'a.example.dev', nodeID: 'one', topologyKeys: [] }] } }],
  ]),
  ...samplesOf('storage.k8s.io', 'csistoragecapacities', 'columns', [
    ['unset', { storageClassName: 'slow' }],
    ['set', { storageClassName: 'slow', capacity: '1024Mi' }],
  ]),
  ...samplesOf('storage.k8s.io', 'volumeattachments', '', [
    [
      'columns-open',
      { spec: { attacher: 'a.example.dev', nodeName: 'one', source: { persistentVolumeName: 'v' } } },
    ],
    [
      'columns-attached',
      { spec: { attacher: 'a.example.dev', nodeName: 'two', source: { persistentVolumeName: 'w' } } },
      'status',
      { attached: true },
    ],
  ]),
  ...samplesOf('storage.k8s.io', 'volumeattributesclasses', '', [
    ['columns-fast', { driverName: 'a.example.dev', parameters: { iops: '1' } }],
  ]),
  ...samplesOf('admissionregistration.k8s.io', 'mutatingadmissionpolicies', '', [
    ['columns-plain', mutating()],
    [
      'columns-more',
      mutating({ mutations: [mutation, mutation], paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }),
    ],
  ]),
  ...samplesOf('admissionregistration.k8s.io', 'mutatingadmissionpolicybindings', '', [
    ['columns-plain', bound({})],
    [
      'columns-selected',
      bound({
        paramRef: {
          selector: {
            matchLabels: { b: '1', a: '2' },
            matchExpressions: [
              { key: 'c', operator: 'In', values: ['y', 'x'] },
              { key: 'd', operator: 'Exists' },
            ],
          },
          parameterNotFoundAction: 'Allow',
        },
      }),
    ],
    ['columns-all', bound({ paramRef: { name: 'p', parameterNotFoundAction: 'Allow' } })],
    ['columns-one', bound({ paramRef: { name: 'p', namespace: 'n', parameterNotFoundAction: 'Deny' } })],
  ]),
  ...samplesOf('node.k8s.io', 'runtimeclasses', '', [['columns-slow', { handler: 'slow' }]]),
  ...samplesOf('flowcontrol.apiserver.k8s.io', 'flowschemas', '', [
    [
      'columns-plain',
      { spec: { priorityLevelConfiguration: { name: 'columns-absent' }, matchingPrecedence: 9001 } },
    ],
    [
      'columns-user',
      {
        spec: {
          priorityLevelConfiguration: { name: 'global-default' },
          matchingPrecedence: 9002,
          distinguisherMethod: { type: 'ByUser' },
        },
      },
    ],
    [
      'columns-dangling',
      { spec: { priorityLevelConfiguration: { name: 'columns-absent' }, matchingPrecedence: 9003 } },
      'status',
      conditions({
        type: 'Dangling',
        status: 'True',
        lastTransitionTime: '2026-01-01T00:00:00Z',
        reason: 'Test',
      }),
    ],
  ]),
  ...samplesOf('flowcontrol.apiserver.k8s.io', 'prioritylevelconfigurations', '', [
    [
      'columns-rejecting',
      level({ type: 'Limited', limited: { nominalConcurrencyShares: 3, limitResponse: { type: 'Reject' } } }),
    ],
    [
      'columns-queued',
      level({
        type: 'Limited',
        limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Queue', queuing: queued } },
      }),
    ],
  ]),
  ...samplesOf('storagemigration.k8s.io', 'storageversionmigrations', '', [
    ['columns-new', { spec: { resource: { group: 'example.dev', resource: 'widgets' } } }],
    ['columns-core', { spec: { resource: { group: '', resource: 'configmaps' } } }],
    [
      'columns-running',
      { spec: { resource: { group: 'example.dev', resource: 'others' } } },
      'status',
      conditions({
        type: 'Running',
        status: 'True',
        lastTransitionTime: '2026-01-01T00:00:00Z',
        reason: 'Test',
        message: '',
      }),
    ],
  ]),
  ...samplesOf('apiregistration.k8s.io', 'apiservices', '', [
    [
      'v1.columns.example.dev',
      {
        spec: {
          group: 'columns.example.dev',
          version: 'v1',
          groupPriorityMinimum: 1000,
          versionPriority: 15,
          service: { namespace: 'columns', name: 'absent' },
          insecureSkipTLSVerify: true,
        },
      },
    ],
  ]),
];
