/** How a pod fails that says so by its annotation: what a kubelet tells of a container whose image, start or initializer fails. */
export const failureAnnotation = 'example.dev/fail';

interface Container {
  readonly name: string;
  readonly image: string;
}

interface Spec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** The status of a pod that fails in the way `how`, at a time as Kubernetes writes it. */
export function failingStatus(how: string, spec: Spec, now: string): object {
  const initializers = spec.initContainers ?? [];
  const condition = (type: string, status: string): object => ({ type, status, lastTransitionTime: now });
  const common = { hostIP: '192.0.2.10', startTime: now };
  const unready = [condition('Ready', 'False'), condition('ContainersReady', 'False')];
  const waiting = (reason: string, message: string): object => ({ waiting: { reason, message } });
  const one = (container: Container, parts: object): object => ({
    name: container.name,
    image: container.image,
    imageID: '',
    ready: false,
    restartCount: 0,
    ...parts,
  });
  const ended = (message: string): object => ({
    terminated: { exitCode: 1, reason: 'Error', message, startedAt: now, finishedAt: now },
  });
  switch (how) {
    case 'init':
      return {
        ...common,
        phase: 'Pending',
        conditions: [condition('Initialized', 'False'), ...unready],
        initContainerStatuses: initializers.map(container =>
          one(container, {
            restartCount: 2,
            state: waiting('CrashLoopBackOff', 'back-off 20s restarting failed container'),
            lastState: ended(
              'RuntimeError: Failed to fetch model. No model found in gs://example-models/sklearn/none.',
            ),
          }),
        ),
        containerStatuses: spec.containers.map(container =>
          one(container, { state: { waiting: { reason: 'PodInitializing' } } }),
        ),
      };
    case 'crash':
      return {
        ...common,
        phase: 'Running',
        podIP: '10.1.9.99',
        podIPs: [{ ip: '10.1.9.99' }],
        conditions: [condition('Initialized', 'True'), ...unready],
        containerStatuses: spec.containers.map(container =>
          one(container, {
            restartCount: 4,
            state: waiting('CrashLoopBackOff', 'back-off 1m20s restarting failed container'),
            lastState: ended('ValueError: cannot load model'),
          }),
        ),
      };
    default:
      return {
        ...common,
        phase: 'Pending',
        conditions: [condition('Initialized', 'True'), ...unready],
        containerStatuses: spec.containers.map(container =>
          one(container, { state: waiting('ImagePullBackOff', 'Back-off pulling image') }),
        ),
      };
  }
}
