import type { Records } from './contract.ts';

/** By which it is remembered that all grants of somebody were revoked; no grant has such an id. */
export function everyGrantOf(name: string): string {
  return `user ${name}`;
}

/** What was given at a login. */
export interface Given {
  /** Whose it is, as he is known here. */
  readonly user: string;
  readonly grant: string | undefined;
  /** When, milliseconds since 1970: tokens tell whole seconds, so that it may be earlier than it was. */
  readonly issued: number | undefined;
}

/** Whether what was given has been ended since: itself, or all that the user had then. */
export function isEnded(records: Records, { user, grant, issued }: Given): boolean {
  if (grant !== undefined && records.get('revoked-grant', grant) !== undefined) return true;
  const row = issued === undefined ? undefined : records.get('revoked-grant', everyGrantOf(user));
  return row !== undefined && (issued ?? 0) <= (JSON.parse(row.value) as { before: number }).before;
}
