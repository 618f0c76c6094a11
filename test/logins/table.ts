/**
 * What a login answers, request by request: Davit's answer, what was recorded of the programs that it takes the place of, and why the
 * two differ. The recordings are of Dex 2.24 with oidc-authservice of 2019 and of 2021, run on one machine; what oauth2-proxy and later
 * generations of Dex answer is read from their sources.
 */
export interface LoginRow {
  readonly request: string;
  /** Status, and in backquotes where the answer leads or its code; `…` stands for a part of it. */
  readonly davit: string;
  /** The same at the gateway, where that differs from the issuer behind it. */
  readonly gateway?: string;
  /** In the order of the columns of the section: `=` is the same, `–` that nothing is known. */
  readonly recorded: readonly string[];
  readonly why: string;
}

export interface LoginSection {
  readonly title: string;
  /** Who is asked: the issuer, directly and through the gateway, or the gateway alone. */
  readonly of: 'issuer' | 'gateway';
  readonly columns: readonly string[];
  readonly rows: readonly LoginRow[];
}

/** A row as short as it can be written. */
export function row(
  request: string,
  davit: string,
  recorded: readonly string[],
  why = '',
  gateway?: string,
): LoginRow {
  return { request, davit, recorded, why, ...(gateway !== undefined && { gateway }) };
}
