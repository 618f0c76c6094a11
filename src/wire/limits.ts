/** What a request may ask for at most. */
export interface DecodeLimits {
  /** The largest first dimension of an input. */
  readonly maxRows: number;
}
