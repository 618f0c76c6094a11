/** A pod, and what is asked of one of its parts. */
export interface Case {
  readonly name: string;
  readonly namespace?: 'parts' | 'bounded';
  readonly pod: { readonly metadata?: object; readonly spec: object };
  /** What its node has told of it. */
  readonly status?: object;
  /** Strategic patches of the same part that come first. */
  readonly before?: readonly object[];
  readonly asks: {
    readonly part: 'resize' | 'ephemeralcontainers';
    readonly method?: string;
    readonly type?: string;
    readonly body?: unknown;
    /** Makes the body of the pod as it is. */
    // oxlint-disable-next-line typescript/no-explicit-any -- pods are looked into
    readonly change?: (pod: any) => unknown;
  };
}

const allocatable = { cpu: '2', memory: '4Gi', pods: '10' };
const nodeOf = (name: string, os = 'linux') => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/os': os } },
  status: { allocatable, capacity: allocatable },
});

export const nodes = [nodeOf('small'), nodeOf('strange', 'windows')] as const;

export const limitRange = {
  metadata: { name: 'bounds' },
  spec: { limits: [{ type: 'Container', max: { cpu: '500m' } }] },
};

const usual = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } };
const guaranteed = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '100m', memory: '64Mi' } };

const container = (name: string, resources: object = {}, more: object = {}): object => ({
  name,
  image: 'i',
  resources,
  ...more,
});

function pod(resources: object = usual, more: object = {}, metadata: object = {}): Case['pod'] {
  return {
    metadata,
    spec: { automountServiceAccountToken: false, containers: [container('c', resources)], ...more },
  };
}

const running = (resources: object | undefined) => ({
  phase: 'Running',
  containerStatuses: [
    {
      name: 'c',
      image: 'i',
      imageID: 'i',
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      ...(resources !== undefined && { resources }),
    },
  ],
});

const patch = (resources: object, name = 'c'): object => ({
  spec: { containers: [{ name, resources }] },
});
const resize = (body: unknown, more: Partial<Case['asks']> = {}): Case['asks'] => ({
  part: 'resize',
  body,
  ...more,
});
const changed = (change: NonNullable<Case['asks']['change']>): Case['asks'] => ({
  part: 'resize',
  method: 'PUT',
  type: 'application/json',
  change,
});
const merge = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
const apply = 'application/apply-patch+yaml';
const more = { requests: { cpu: '150m' } };
const mirrored = {
  annotations: { 'kubernetes.io/config.mirror': 'x', 'kubernetes.io/config.source': 'file' },
};

const sizes: readonly Case[] = [
  { name: 'more cpu', pod: pod(), asks: resize(patch(more)) },
  { name: 'other limits', pod: pod(), asks: resize(patch({ limits: { cpu: '1', memory: '256Mi' } })) },
  { name: 'nothing new', pod: pod(), asks: resize(patch({ requests: { cpu: '0.1' } })) },
  {
    name: 'as a merge patch',
    pod: pod(),
    asks: resize({ spec: { containers: [container('c', { ...usual, ...more })] } }, { type: merge }),
  },
  {
    name: 'as a JSON patch',
    pod: pod(),
    asks: resize([{ op: 'replace', path: '/spec/containers/0/resources/requests/cpu', value: '150m' }], {
      type: jsonPatch,
    }),
  },
  {
    name: 'as a whole pod',
    pod: pod(),
    asks: changed(one => ((one.spec.containers[0].resources.limits.cpu = '300m'), one)),
  },
  {
    name: 'as an apply',
    pod: pod(),
    asks: {
      part: 'resize',
      type: apply,
      change: ({ metadata: { name } }) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        ...patch(more),
      }),
    },
  },
  { name: 'a look', pod: pod(), asks: resize(undefined, { method: 'GET' }) },
  { name: 'a creation', pod: pod(), asks: resize({}, { method: 'POST', type: 'application/json' }) },
  { name: 'a deletion', pod: pod(), asks: resize(undefined, { method: 'DELETE', type: 'application/json' }) },
  { name: 'a name that is none', pod: pod(), asks: resize(patch(more, 'other')) },
  {
    name: 'what is no part of it',
    pod: pod(),
    asks: changed(one => {
      one.metadata.labels = { app: 'b' };
      one.metadata.annotations = { a: 'b' };
      one.spec.containers[0].image = 'other';
      one.spec.priority = 5;
      one.status = { phase: 'Failed' };
      return one;
    }),
  },
  {
    name: 'a request less',
    pod: pod(),
    asks: resize([{ op: 'remove', path: '/spec/containers/0/resources/requests/memory' }], {
      type: jsonPatch,
    }),
  },
  {
    name: 'a limit less',
    pod: pod(),
    asks: resize([{ op: 'remove', path: '/spec/containers/0/resources/limits/memory' }], {
      type: jsonPatch,
    }),
  },
  {
    name: 'all resources less',
    pod: pod(),
    asks: changed(one => ((one.spec.containers[0].resources = {}), one)),
  },
  {
    name: 'a limit more',
    pod: pod({ requests: { cpu: '100m' } }),
    asks: resize(patch({ limits: { cpu: '1' } })),
  },
  { name: 'a request of nothing', pod: pod({}), asks: resize(patch(more)) },
  {
    name: 'a request below its limit',
    pod: pod(guaranteed),
    asks: resize(patch({ requests: { cpu: '50m' } })),
  },
  {
    name: 'requests and limits alike',
    pod: pod(guaranteed),
    asks: resize(patch({ requests: { cpu: '1' }, limits: { cpu: '1' } })),
  },
  { name: 'a request above its limit', pod: pod(), asks: resize(patch({ requests: { cpu: '1' } })) },
  { name: 'no quantity', pod: pod(), asks: resize(patch({ requests: { cpu: 'much' } })) },
  { name: 'less than nothing', pod: pod(), asks: resize(patch({ requests: { cpu: '-1' } })) },
  { name: 'another resource', pod: pod(), asks: resize(patch({ requests: { 'ephemeral-storage': '1Gi' } })) },
  {
    name: 'a device',
    pod: pod(),
    asks: resize(patch({ requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } })),
  },
  {
    name: 'a policy',
    pod: pod(),
    asks: changed(one => {
      one.spec.containers[0].resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
      return one;
    }),
  },
  {
    name: 'another container',
    pod: pod(),
    asks: changed(one => (one.spec.containers.push(container('d')), one)),
  },
  {
    name: 'a container of another name',
    pod: pod(),
    asks: changed(one => ((one.spec.containers[0].name = 'd'), one)),
  },
  {
    name: 'an init container less',
    pod: pod(usual, { initContainers: [container('i', usual)] }),
    asks: changed(one => ((one.spec.initContainers = []), one)),
  },
  {
    name: 'an init container of another name',
    pod: pod(usual, { initContainers: [container('i', usual)] }),
    asks: changed(one => ((one.spec.initContainers[0].name = 'j'), one)),
  },
  {
    name: 'an init container',
    pod: pod(usual, { initContainers: [container('i', usual)] }),
    asks: changed(one => ((one.spec.initContainers[0].resources.requests.cpu = '150m'), one)),
  },
  {
    name: 'a sidecar',
    pod: pod(usual, { initContainers: [container('i', usual, { restartPolicy: 'Always' })] }),
    asks: changed(one => ((one.spec.initContainers[0].resources.requests.cpu = '150m'), one)),
  },
  {
    name: 'a sidecar and another resource',
    pod: pod(usual, { initContainers: [container('i', usual, { restartPolicy: 'Always' })] }),
    asks: changed(one => {
      one.spec.initContainers[0].resources.requests['ephemeral-storage'] = '1Gi';
      return one;
    }),
  },
  {
    name: 'a pod as a whole',
    pod: pod({}, { resources: usual }),
    asks: resize({ spec: { resources: { requests: { cpu: '150m' } } } }),
  },
  {
    name: 'a pod as a whole that says less',
    pod: pod({}, { resources: usual }),
    asks: resize([{ op: 'remove', path: '/spec/resources/limits/memory' }], { type: jsonPatch }),
  },
  {
    name: 'a pod as a whole that says nothing',
    pod: pod({}, { resources: usual }),
    asks: resize([{ op: 'remove', path: '/spec/resources' }], { type: jsonPatch }),
  },
  {
    name: 'a pod as a whole that had said nothing',
    pod: pod(),
    asks: resize({ spec: { resources: { requests: { cpu: '1' }, limits: { cpu: '1' } } } }),
  },
  {
    name: 'a pod that its node shows',
    pod: pod(usual, { nodeName: 'small', automountServiceAccountToken: undefined }, mirrored),
    asks: resize(patch(more)),
  },
  { name: 'a pod for Windows', pod: pod(usual, { os: { name: 'windows' } }), asks: resize(patch(more)) },
];

const placed: readonly Case[] = [
  {
    name: 'a node that has told',
    pod: pod(usual, { nodeName: 'small' }),
    status: running(usual),
    asks: resize(patch(more)),
  },
  {
    name: 'a node that has not told',
    pod: pod(usual, { nodeName: 'small' }),
    status: running(undefined),
    asks: resize(patch(more)),
  },
  { name: 'a node that is not there', pod: pod(usual, { nodeName: 'none' }), asks: resize(patch(more)) },
  { name: 'a node of another system', pod: pod(usual, { nodeName: 'strange' }), asks: resize(patch(more)) },
  {
    name: 'more than a node has',
    pod: pod(usual, { nodeName: 'small' }),
    asks: resize(patch({ requests: { cpu: '2500m', memory: '5Gi' }, limits: { cpu: '3', memory: '6Gi' } })),
  },
  {
    name: 'nothing new on a node that is not there',
    pod: pod(usual, { nodeName: 'none' }),
    asks: resize(patch({ requests: { cpu: '100m' } })),
  },
  {
    name: 'an init container of a node',
    pod: pod(usual, { nodeName: 'small', initContainers: [container('i', usual)] }),
    asks: changed(one => ((one.spec.initContainers[0].resources.requests.cpu = '150m'), one)),
  },
  {
    name: 'a pod as a whole on a node',
    pod: pod({}, { nodeName: 'small', resources: usual }),
    asks: resize({ spec: { resources: { requests: { cpu: '150m' } } } }),
  },
  {
    name: 'more than a range allows',
    namespace: 'bounded',
    pod: pod(),
    asks: resize(patch({ limits: { cpu: '1' } })),
  },
  { name: 'as much as a range allows', namespace: 'bounded', pod: pod(), asks: resize(patch(more)) },
];

const debug = (name: string, extra: object = {}): object => ({
  spec: { ephemeralContainers: [{ name, image: 'busybox', ...extra }] },
});
const added = (body: unknown, more: Partial<Case['asks']> = {}): Case['asks'] => ({
  part: 'ephemeralcontainers',
  body,
  ...more,
});

const ephemeral: readonly Case[] = [
  { name: 'a container for a look', pod: pod(), asks: added(debug('d', { stdin: true, tty: true })) },
  {
    name: 'a container that looks at another',
    pod: pod(),
    asks: added(debug('d', { targetContainerName: 'c' })),
  },
  {
    name: 'a container that looks at none',
    pod: pod(),
    asks: added(debug('d', { targetContainerName: 'none' })),
  },
  { name: 'a container of a name that is taken', pod: pod(), asks: added(debug('c')) },
  { name: 'a second one', pod: pod(), before: [debug('d')], asks: added(debug('e')) },
  { name: 'the same once more', pod: pod(), before: [debug('d')], asks: added(debug('d')) },
  {
    name: 'one that is changed',
    pod: pod(),
    before: [debug('d')],
    asks: added(debug('d', { image: 'other', command: ['sh'] })),
  },
  {
    name: 'one that is taken away',
    pod: pod(),
    before: [debug('d')],
    asks: added([{ op: 'remove', path: '/spec/ephemeralContainers/0' }], { type: jsonPatch }),
  },
  {
    name: 'one with what it may not have',
    pod: pod(),
    asks: added(
      debug('d', {
        ports: [{ containerPort: 1 }],
        resources: { requests: { cpu: '1' } },
        livenessProbe: { tcpSocket: { port: 1 } },
      }),
    ),
  },
  {
    name: 'one without an image',
    pod: pod(),
    asks: added({ spec: { ephemeralContainers: [{ name: 'd' }] } }),
  },
  {
    name: 'one beside other changes',
    pod: pod(),
    asks: added({
      metadata: { labels: { app: 'b' } },
      spec: { ...(debug('d') as { spec: object }).spec, priority: 3 },
    }),
  },
  {
    name: 'one as an apply',
    pod: pod(),
    asks: {
      part: 'ephemeralcontainers',
      type: apply,
      change: ({ metadata: { name } }) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        ...debug('d'),
      }),
    },
  },
  { name: 'a look at them', pod: pod(), before: [debug('d')], asks: added(undefined, { method: 'GET' }) },
  {
    name: 'one in a pod that its node shows',
    pod: pod(usual, { nodeName: 'small', automountServiceAccountToken: undefined }, mirrored),
    asks: added(debug('d')),
  },
];

export const cases: readonly Case[] = [...sizes, ...placed, ...ephemeral];
