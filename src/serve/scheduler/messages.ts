import type { ErrorNote } from '../../base/errors/index.ts';
import type { ExchangeLimits } from '../dataplane/index.ts';
import type { MostCosts } from './expected.ts';
import type { Share } from './sharing.ts';
import type { LoadedPlan, ModelNotice, ModelOptions, PlanPlace } from '../repository/index.ts';

/** How the models of one server behave. */
export interface ServerData {
  readonly options: ModelOptions;
  readonly limits: ExchangeLimits;
}

/** A model that a compute thread does not know yet, with its plan. */
export interface Introduction extends ServerData {
  readonly notice: ModelNotice;
}

/** What a compute thread is started with. */
export interface ThreadData {
  /** One element in shared memory: the id of the task that nobody waits for any more. */
  readonly unwanted: Int32Array<SharedArrayBuffer>;
  /** Whether it says when it is up. */
  readonly tells?: boolean;
}

/** To a compute thread. `introduced` comes with the first task of a generation. */
export type ToThread =
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly exchange: string;
      readonly generation: number;
      readonly introduced: Introduction | undefined;
      readonly body: Uint8Array<ArrayBuffer>;
      /** Once it has been read, the thread tells how long computing is expected to take. */
      readonly tellsCost?: boolean | undefined;
    }
  | { readonly kind: 'help'; readonly introduced: Introduction | undefined; readonly share: Share }
  | { readonly kind: 'prepare'; readonly introduced: Introduction }
  | { readonly kind: 'load'; readonly path: string; readonly plans?: PlanPlace | undefined }
  | { readonly kind: 'forget'; readonly generation: number };

/** From a compute thread, besides its answer: a batch that others may help with. */
export interface Offer {
  readonly kind: 'offer';
  readonly share: Share;
}

/** From a compute thread, before its answer: nanoseconds that computing is expected to take from now on. */
export interface Expectation {
  readonly kind: 'expects';
  readonly nanoseconds: number;
}

/** From a compute thread: the one answer to its one task. */
export type FromThread =
  | { readonly kind: 'up' }
  | { readonly kind: 'helped' }
  | { readonly kind: 'answered'; readonly body: string | Uint8Array }
  | { readonly kind: 'loaded'; readonly plan: LoadedPlan }
  /** The model answers; what its requests may cost. */
  | { readonly kind: 'prepared'; readonly costs: MostCosts }
  | { readonly kind: 'failed'; readonly error: ErrorNote };
