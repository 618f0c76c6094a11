export { SpdyFault } from './fault.ts';
export type { Headers } from './headers.ts';
export { Session, type SessionOptions } from './session.ts';
export type { Stream } from './stream.ts';
