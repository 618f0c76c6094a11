export type { ByteStream, Field, Handler, Head, Peer, PreparedHead, Sink } from './contract.ts';
export { netErrors } from './errors.ts';
export { keepBody, KeptWith } from './keep.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { createListener, type Listener, type ListenerOptions, type Secure } from './listener.ts';
export type { Counters, Described, OwnAnswer } from './owner.ts';
export { probePort, type Address } from './port.ts';
export { prepareHead } from './prepare.ts';
export { createTally, type Tally } from './tally.ts';
