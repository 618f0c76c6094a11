export { AddressBlock } from './ranges.ts';
export { ServiceAllocator, type ServiceRanges, usualPorts } from './services.ts';
export { listensOn, reachedAt } from './listening.ts';
