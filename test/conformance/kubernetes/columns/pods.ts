/** Pods in many states, as a node would tell of them: what they are and what their status says. */
export interface PodState {
  readonly name: string;
  readonly spec?: object;
  readonly status: object;
}

const time = '2026-01-01T00:00:00Z';
const running = { running: { startedAt: time } };
const ended = (exitCode: number, more: object = {}) => ({
  terminated: { exitCode, startedAt: time, finishedAt: time, ...more },
});

function container(name: string, state: object, more: object = {}): object {
  return { name, image: 'x', imageID: '', ready: false, restartCount: 0, state, lastState: {}, ...more };
}

function withContainers(...containerStatuses: object[]): object {
  return { phase: 'Running', containerStatuses };
}

const first = { name: 'i', image: 'x' };
const sidecar = { ...first, restartPolicy: 'Always' };
const initialized = { type: 'Initialized', status: 'True' };

export const podStates: readonly PodState[] = [
  { name: 'pending', status: { phase: 'Pending' } },
  { name: 'running', status: withContainers(container('c', running, { ready: true, started: true })) },
  { name: 'not-ready', status: withContainers(container('c', running)) },
  {
    name: 'crash',
    status: withContainers(
      container(
        'c',
        { waiting: { reason: 'CrashLoopBackOff' } },
        { restartCount: 7, lastState: ended(1, { reason: 'Error' }) },
      ),
    ),
  },
  {
    name: 'pull',
    status: {
      ...withContainers(container('c', { waiting: { reason: 'ImagePullBackOff' } })),
      phase: 'Pending',
    },
  },
  {
    name: 'error',
    status: { ...withContainers(container('c', ended(3, { reason: 'Error' }))), phase: 'Failed' },
  },
  { name: 'exit-code', status: { ...withContainers(container('c', ended(3))), phase: 'Failed' } },
  {
    name: 'signal',
    status: { ...withContainers(container('c', ended(137, { signal: 9 }))), phase: 'Failed' },
  },
  {
    name: 'done',
    status: { ...withContainers(container('c', ended(0, { reason: 'Completed' }))), phase: 'Succeeded' },
  },
  {
    name: 'half-done',
    status: {
      ...withContainers(
        container('c', ended(0, { reason: 'Completed' })),
        container('d', running, { ready: true }),
      ),
      conditions: [{ type: 'Ready', status: 'True' }],
    },
    spec: {
      containers: [
        { name: 'c', image: 'x' },
        { name: 'd', image: 'y' },
      ],
    },
  },
  {
    name: 'half-done-not-ready',
    status: withContainers(
      container('c', ended(0, { reason: 'Completed' })),
      container('d', running, { ready: true }),
    ),
    spec: {
      containers: [
        { name: 'c', image: 'x' },
        { name: 'd', image: 'y' },
      ],
    },
  },
  { name: 'evicted', status: { phase: 'Failed', reason: 'Evicted' } },
  {
    name: 'init-waiting',
    spec: { initContainers: [first] },
    status: {
      phase: 'Pending',
      initContainerStatuses: [container('i', { waiting: { reason: 'PodInitializing' } })],
    },
  },
  {
    name: 'init-running',
    spec: { initContainers: [first, { ...first, name: 'j' }] },
    status: { phase: 'Pending', initContainerStatuses: [container('i', ended(0)), container('j', running)] },
  },
  {
    name: 'init-error',
    spec: { initContainers: [first] },
    status: {
      phase: 'Pending',
      initContainerStatuses: [
        container('i', ended(2, { reason: 'Error' }), { restartCount: 2, lastState: ended(2) }),
      ],
    },
  },
  {
    name: 'init-code',
    spec: { initContainers: [first] },
    status: { phase: 'Pending', initContainerStatuses: [container('i', ended(2))] },
  },
  {
    name: 'init-crash',
    spec: { initContainers: [first] },
    status: {
      phase: 'Pending',
      initContainerStatuses: [container('i', { waiting: { reason: 'CrashLoopBackOff' } })],
    },
  },
  {
    name: 'sidecar',
    spec: { initContainers: [sidecar] },
    status: {
      phase: 'Running',
      conditions: [initialized],
      initContainerStatuses: [
        container('i', running, { ready: true, started: true, restartCount: 1, lastState: ended(1) }),
      ],
      containerStatuses: [container('c', running, { ready: true, restartCount: 2 })],
    },
  },
  {
    name: 'sidecar-starting',
    spec: { initContainers: [sidecar] },
    status: { phase: 'Pending', initContainerStatuses: [container('i', running, { started: false })] },
  },
  {
    name: 'gates',
    spec: { readinessGates: [{ conditionType: 'example.dev/a' }, { conditionType: 'example.dev/b' }] },
    status: {
      phase: 'Running',
      podIP: '10.0.0.7',
      podIPs: [{ ip: '10.0.0.7' }],
      conditions: [{ type: 'example.dev/a', status: 'True' }],
    },
  },
  { name: 'gated', spec: { schedulingGates: [{ name: 'example.dev/g' }] }, status: {} },
];
