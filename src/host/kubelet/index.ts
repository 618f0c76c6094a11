export { type Kubelet, type KubeletOptions, startKubelet } from './kubelet.ts';
export { nodeName } from './node.ts';
export { endLeftovers, residents, type Resident } from './residents.ts';
