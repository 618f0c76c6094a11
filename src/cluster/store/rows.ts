import type { ErrorNote } from '../../base/errors/index.ts';

/** A change as the file keeps it. */
export interface Row {
  readonly revision: number;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** The object as JSON; null when the change is a removal. */
  readonly value: string | null;
  /** When it was made, in milliseconds since 1970. */
  readonly time: number;
}

/** The fields of a row in their order, which are less to hand from thread to thread. */
export type Cells = readonly [
  revision: number,
  resource: string,
  namespace: string,
  name: string,
  value: string | null,
  time: number,
];

export function rowOf([revision, resource, namespace, name, value, time]: Cells): Row {
  return { revision, resource, namespace, name, value, time };
}

/** What the writer is asked to do; each is answered with the same number. */
export type Job =
  | { readonly id: number; readonly do: 'append'; readonly rows: readonly Row[] }
  | {
      readonly id: number;
      readonly do: 'compact';
      readonly through: number;
      /** Changes that are needed no more. */
      readonly revisions: readonly number[];
    }
  | { readonly id: number; readonly do: 'backup'; readonly file: string }
  | { readonly id: number; readonly do: 'close' };

/** What the writer answers. */
export type Done = { readonly id: number; readonly fault?: ErrorNote };
