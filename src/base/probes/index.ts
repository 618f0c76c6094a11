/** Field by which a program asks what stands before the server of a pod, and not the server (Knative networking/pkg/http/header). */
export const probeField = 'K-Network-Probe';

/** What may be asked after: whether the pod can take requests, the way to it, the models of its server. */
export type Asked = 'queue' | 'probe' | 'models';

/** Field with the hash of the routes that a prober waits for. */
export const hashField = 'K-Network-Hash';

/** Field that kubelets' probes have when somebody passes them on. */
export const kubeletField = 'K-Kubelet-Probe';

/** Field with the UID of a pod: whoever may read the pod may know how its models are, and nobody else has it. */
export const podField = 'Davit-Pod-Uid';

/** A field as containers of pods have it in their probes. */
interface ProbeHeader {
  readonly name: string;
  readonly value: string;
}

/** By which a kubelet asks whether a pod can take requests. */
export function queueProbe(): ProbeHeader {
  return { name: probeField, value: 'queue' satisfies Asked };
}

/** Whether a probe asks what stands before the server of a pod whether it can take requests. */
export function asksQueue({ name, value }: ProbeHeader): boolean {
  return name.toLowerCase() === probeField.toLowerCase() && value === ('queue' satisfies Asked);
}

const all = new Set([probeField, hashField, kubeletField, podField].map(name => name.toLowerCase()));

/** Whether a field is one of those that look after pods: nobody else has a use for it. */
export function isOfProbes(name: string): boolean {
  return all.has(name.toLowerCase());
}
