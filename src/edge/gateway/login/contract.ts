import type { Audit, Keeper, Known } from '../../identity/index.ts';
import type { RelyingParty } from '../../identity/party/index.ts';
import type { Decision, ServicePolicy } from '../../identity/policy/index.ts';
import type { GatewayProxy } from '../proxy.ts';
import type { Sees, Table } from '../routes/index.ts';
import type { Knowing } from './knowing.ts';
import type { Reached } from './reached.ts';
import type { Visit } from './visit.ts';

/** What the steps of the login work with. */
export interface Doorkeeper {
  readonly party: Pick<RelyingParty, 'begin' | 'finish' | 'ending'>;
  readonly keeper: Pick<Keeper, 'open' | 'close'>;
  readonly knowing: Knowing;
  readonly policy: Pick<ServicePolicy, 'decide' | 'generation' | 'isGuarded' | 'mayMention'>;
  readonly proxy: Pick<GatewayProxy, 'route' | 'routeElse' | 'routeForAll' | 'passage' | 'pass' | 'lost'>;
  readonly table: () => Table;
  /** Whether people reach the gateway over https. */
  readonly secure: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly audit: Audit;
  /** Told of the names by which people log in. */
  readonly reached: Pick<Reached, 'by'>;
  readonly count: (status: number) => void;
}

/** `done` when the request has been answered, or sent on. */
export type Next = 'on' | 'done';

/** One of the things that happen to every request, in their order. */
export interface Step {
  /** What it is for. */
  readonly name: string;
  readonly take: (visit: Visit, door: Doorkeeper) => Next | Promise<Next>;
}

export type { Decision, Known, Sees };
