export { type Kubelet, type KubeletOptions, startKubelet } from './kubelet.ts';
export { nodeName } from './node.ts';
export { endLeftovers } from './leftover.ts';
