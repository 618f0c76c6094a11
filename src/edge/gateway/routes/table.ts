import type { Field, Head } from '../../../base/net/index.ts';
import type { KubeObject } from '../../../cluster/meta/index.ts';

/** A replica that takes requests. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** `host:port`. */
  readonly key: string;
}

/** A port of a Service and what is ready behind it. */
export interface Backend {
  /** `namespace/service:port`. */
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  /** Why there is no endpoint. */
  readonly reason: string;
  /** Whether HTTP/2 may be spoken to it. */
  readonly http2: boolean;
  /** Whose it is: who may call it depends on that. */
  readonly owner: Owner;
}

/** An InferenceService, or a Service that is none's. */
export interface Owner {
  readonly kind: 'InferenceService' | 'Service';
  readonly namespace: string;
  readonly name: string;
}

/** What becomes of the fields of a request on its way. Names are lower case. */
export interface Change {
  readonly set: readonly Field[];
  readonly add: readonly Field[];
  readonly remove: readonly string[];
  readonly path?: (path: string) => string;
}

export interface Target {
  readonly weight: number;
  /** Where it goes, or the host whose rules say so. */
  readonly to: Backend | string;
  readonly change: Change;
}

export interface Rule {
  readonly path: PathMatch;
  readonly headers: readonly ((head: Head) => boolean)[];
  readonly method?: string | undefined;
  readonly targets: readonly Target[];
  /** Milliseconds for the whole exchange. */
  readonly timeout?: number | undefined;
}

/** A rule, and whose it is. */
export interface OwnedRule extends Rule {
  readonly namespace: string;
}

export interface PathMatch {
  readonly matches: (path: string) => boolean;
  /** Larger is asked first where order does not decide. */
  readonly rank: number;
  /** What it is written to begin with. */
  readonly starts: string;
}

/** An InferenceService that may be meant by a name in a path. */
export interface Candidate {
  readonly namespace: string;
  /** Host of its URL; undefined while it has none. */
  readonly host: string | undefined;
  /** Why it has none. */
  readonly reason: string;
}

/** All that the gateway knows: hosts in lower case, `*.` before those that stand for all below. */
export interface Table {
  /** No other table of the process has it: what is remembered by it does not keep the table. */
  readonly serial: number;
  readonly hosts: ReadonlyMap<string, readonly OwnedRule[]>;
  /** What counts for the hosts of the gateway itself: rules of the platform, and of a namespace those for its own paths. */
  readonly reserved: ReadonlyMap<string, readonly OwnedRule[]>;
  /** Whether a host is the gateway's own. */
  readonly isOwn: (host: string) => boolean;
  /** The namespace that has a host to itself. */
  readonly ownerOf: (host: string) => string | undefined;
  /** What is not routed although an object asks for it. */
  readonly refused: readonly Refused[];
  readonly models: ReadonlyMap<string, readonly Candidate[]>;
}

/** The routes as they are now; with `latest` also what has changed a moment ago, which otherwise waits for what comes with it. */
export type Routes = (latest?: boolean) => Table;

/** A host that an object asks for, and is not given, or not whole. */
export interface Refused {
  readonly object: KubeObject;
  readonly host: string;
  /** `gateway`: people reach the gateway itself by it; `stranger`: another namespace has it to itself. */
  readonly reason: 'gateway' | 'stranger';
}

export const unchanged: Change = { set: [], add: [], remove: [] };
export const anyPath: PathMatch = { matches: () => true, rank: 0, starts: '/' };
