import type { EventRecorder } from '../../cluster/client/index.ts';
import { type HostedPod, podTitle } from './shapes.ts';
import type { ProbeKind } from './probes/prober.ts';

/** Events of one pod, in a kubelet's words. */
export class PodEvents {
  readonly #recorder: EventRecorder;
  readonly #pod: () => HostedPod;

  constructor(recorder: EventRecorder, pod: () => HostedPod) {
    this.#recorder = recorder;
    this.#pod = pod;
  }

  pulled(container: string, image: string): void {
    const message = `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`;
    this.#container('Normal', 'Pulled', container, message);
  }

  pulling(container: string, image: string): void {
    this.#container('Normal', 'Pulling', container, `Pulling image ${JSON.stringify(image)}`);
  }

  /** @param took milliseconds */
  pulledAnew(container: string, image: string, took: number): void {
    const message = `Successfully pulled image ${JSON.stringify(image)} in ${(took / 1000).toFixed(3)}s`;
    this.#container('Normal', 'Pulled', container, message);
  }

  pulledBefore(container: string, image: string, why: string): void {
    const message = `Failed to pull image ${JSON.stringify(image)}: ${why}; the one that is here is used`;
    this.#container('Warning', 'Failed', container, message);
  }

  pullBackOff(container: string, image: string): void {
    this.#container('Normal', 'BackOff', container, `Back-off pulling image ${JSON.stringify(image)}`);
    this.#container('Warning', 'Failed', container, 'Error: ImagePullBackOff');
  }

  created(container: string): void {
    this.#container('Normal', 'Created', container, 'Container created');
  }

  started(container: string, shared: boolean): void {
    const where = shared ? ' in a shared process' : '';
    this.#container('Normal', 'Started', container, `Container started${where}`);
  }

  unseated(container: string, why: string): void {
    const message = `Container ${container} has a process of its own, not a shared one: ${why}`;
    this.#container('Normal', 'Unshared', container, message);
  }

  unlimited(container: string, limits: readonly string[]): void {
    const what = limits.map(limit => `limits.${limit}`).join(' and ');
    const message = `Container ${container} is not held to its ${what}: the system leaves its engine no such limits (cgroups)`;
    this.#container('Warning', 'LimitsNotKept', container, message);
  }

  leftOut(container: string, names: readonly string[]): void {
    const what = names.toSorted().join(', ');
    const message = `Container ${container} is not given ${what}: it is a process of this machine, which these could make run other programs; davit up --allow-host-processes allows them`;
    this.#container('Warning', 'VariablesLeftOut', container, message);
  }

  notPulled(container: string, image: string, why: string): void {
    this.#container('Warning', 'Failed', container, `Failed to pull image ${JSON.stringify(image)}: ${why}`);
    this.#container('Warning', 'Failed', container, 'Error: ErrImagePull');
  }

  failed(container: string, message: string): void {
    this.#container('Warning', 'Failed', container, `Error: ${message}`);
  }

  backOff(container: string): void {
    const message = `Back-off restarting failed container ${container} in pod ${podTitle(this.#pod())}`;
    this.#container('Warning', 'BackOff', container, message);
  }

  stopping(container: string): void {
    this.#container('Normal', 'Killing', container, `Stopping container ${container}`);
  }

  unhealthyRestart(container: string, kind: ProbeKind): void {
    const message = `Container ${container} failed ${kind} probe, will be restarted`;
    this.#container('Normal', 'Killing', container, message);
  }

  unhealthy(container: string, kind: ProbeKind, why: string): void {
    const name = kind.slice(0, 1).toUpperCase() + kind.slice(1);
    this.#container('Warning', 'Unhealthy', container, `${name} probe failed: ${why}`);
  }

  hookFailed(container: string, hook: 'PostStart' | 'PreStop', why: string): void {
    this.#container('Warning', `Failed${hook}Hook`, container, `${hook}Hook failed: ${why}`);
  }

  resize(type: 'Normal' | 'Warning', reason: string, message: string): void {
    void this.#recorder.record(this.#pod(), type, reason, message);
  }

  notMounted(message: string): void {
    void this.#recorder.record(this.#pod(), 'Warning', 'FailedMount', message);
  }

  moved(message: string): void {
    void this.#recorder.record(this.#pod(), 'Warning', 'PortsMoved', message);
  }

  expired(message: string): void {
    void this.#recorder.record(this.#pod(), 'Normal', 'DeadlineExceeded', message);
  }

  noAddress(message: string): void {
    void this.#recorder.record(this.#pod(), 'Warning', 'FailedCreatePodSandBox', message);
  }

  #container(type: 'Normal' | 'Warning', reason: string, container: string, message: string): void {
    const pod = this.#pod();
    const isInit = (pod.spec.initContainers ?? []).some(({ name }) => name === container);
    const part = `spec.${isInit ? 'initContainers' : 'containers'}{${container}}`;
    void this.#recorder.record(pod, type, reason, message, part);
  }
}
