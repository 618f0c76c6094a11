import type { Head, Sink } from '../../base/net/index.ts';
import type { Metrics } from '../../base/metrics/index.ts';
import type { DataPlane } from '../dataplane/index.ts';
import type { Directory } from '../repository/index.ts';

/** What needs more than this thread. */
export interface Control {
  /** @throws what the repository throws */
  load(name: string): Promise<void>;
  unload(name: string): Promise<void>;
  /** Prometheus text of the whole server. */
  metrics(): Promise<string>;
}

/** A serving thread, as protocols see it. */
export interface Serving {
  readonly directory: Directory;
  readonly dataPlane: DataPlane;
  readonly control: Control;
  readonly metrics: Metrics;
  readonly version: string;
}

/** Answers one request, now or later; what it throws is answered as an error. */
export type Action = (head: Head, body: Uint8Array, sink: Sink) => void | Promise<void>;

/** What a path offers, by method. */
export type Route = Readonly<Partial<Record<'GET' | 'POST', Action>>>;

/** A protocol: routes by decoded path segments. Routes are prepared once and used until a model changes. */
export interface Protocol {
  /** @throws coded errors for a path that is the protocol's but names what is not there */
  route(segments: readonly string[], serving: Serving): Route | undefined;
}
