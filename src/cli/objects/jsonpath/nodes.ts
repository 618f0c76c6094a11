/** A part of a template (client-go's `util/jsonpath`). */
export type Node =
  | { readonly type: 'text'; readonly text: string }
  /** What stands between braces, or one side of a filter or union. */
  | { readonly type: 'list'; readonly nodes: readonly Node[] }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'value'; readonly value: number | boolean }
  | { readonly type: 'slice'; readonly slice: Slice }
  | { readonly type: 'union'; readonly lists: readonly (readonly Node[])[] }
  | {
      readonly type: 'filter';
      readonly left: readonly Node[];
      readonly right: readonly Node[];
      readonly operator: string;
    };

export interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Whether `to` is there because only one index was written. */
  readonly single: boolean;
  readonly step: number | undefined;
}

/** What is wrong with a template, or with applying it. */
export class PathError extends Error {}
