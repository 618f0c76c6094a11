export { Detached, type DetachedStart, type Ended } from './detached.ts';
export { allProcesses, childrenOf, firstThreadUsed, processInfo, type ProcessInfo } from './identity.ts';
export { childNumbers, othersThan, residentOf } from './memory.ts';
