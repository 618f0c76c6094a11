export { Detached, type DetachedStart, type Ended } from './detached.ts';
export { allProcesses, processInfo, type ProcessInfo } from './identity.ts';
