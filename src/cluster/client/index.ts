export { Controller, type ControllerOptions, type Outcome } from './controller.ts';
export { discover, type Discovered } from './discovery.ts';
export { EventRecorder, type EventObject } from './events.ts';
export { Expectations } from './expectations.ts';
export { HttpTransport, linesOf, type Endpoint } from './http.ts';
export { Informer, keyOf, splitKey, type Handler } from './informer.ts';
export { unlessGone, unlessThere } from './missing.ts';
export { WorkQueue, type Backoff } from './queue.ts';
export {
  pathOf,
  ResourceClient,
  throwIfFailed,
  type Collection,
  type Deletion,
  type Resource,
  type Selection,
  type WatchEvent,
} from './resource.ts';
export type { Ask, Reply, Transport } from './transport.ts';
