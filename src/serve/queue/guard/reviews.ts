/** Who asks, as whoever keeps who is known tells it. */
export interface Caller {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Whom a guard asks. Both reject when there is no answer. */
export interface Reviews {
  /** Whose a bearer is; undefined when it is good for nothing. */
  who(bearer: string): Promise<Caller | undefined>;
  /** Whether somebody may call the service; of nobody in particular, whether a path of it is public. */
  may(caller: Caller | undefined, path: string): Promise<Permission>;
}

export interface Permission {
  readonly allowed: boolean;
  /** In words for people. */
  readonly reason: string;
}
