import type { ErrorNote } from '../../base/errors/index.ts';
import type { ExchangeLimits } from '../dataplane/index.ts';
import type { Share } from './sharing.ts';
import type { LoadedPlan, ModelNotice, ModelOptions } from '../repository/index.ts';

/** What a compute thread is started with. */
export interface ThreadData {
  readonly options: ModelOptions;
  readonly limits: ExchangeLimits;
}

/** The same, with what one thread has for itself. */
export interface OwnThreadData extends ThreadData {
  /** One element in shared memory: the id of the task that nobody waits for any more. */
  readonly unwanted: Int32Array<SharedArrayBuffer>;
}

/** To a compute thread. `notice` comes with the first request for a generation. */
export type ToThread =
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly exchange: string;
      readonly generation: number;
      readonly notice: ModelNotice | undefined;
      readonly body: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'help'; readonly notice: ModelNotice | undefined; readonly share: Share }
  | { readonly kind: 'load'; readonly path: string }
  | { readonly kind: 'forget'; readonly generation: number };

/** From a compute thread, besides its answer: a batch that others may help with. */
export interface Offer {
  readonly kind: 'offer';
  readonly share: Share;
}

/** From a compute thread: the one answer to its one task. */
export type FromThread =
  | { readonly kind: 'helped' }
  | { readonly kind: 'answered'; readonly body: string | Uint8Array }
  | { readonly kind: 'loaded'; readonly plan: LoadedPlan }
  | { readonly kind: 'failed'; readonly error: ErrorNote };
