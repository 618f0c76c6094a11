import type { Records } from './contract.ts';

/** By which it is remembered that all grants of somebody were revoked; no grant has such an id. */
export function everyGrantOf(name: string): string {
  return `user ${name}`;
}

/** And all of whoever has an id: tokens tell his address only where that was asked for. */
export function everyGrantOfId(userId: string): string {
  return everyGrantOf(`id ${userId}`);
}

/** What was given at a login. */
export interface Given {
  /** Whose it is, as he is known here. */
  readonly user: string;
  /** His id, where it is known. */
  readonly userId?: string | undefined;
  readonly grant: string | undefined;
  /** When, milliseconds since 1970: tokens tell whole seconds, so that it may be earlier than it was. */
  readonly issued: number | undefined;
}

/** Whether what was given has been ended since: itself, or all that the user had then. */
export function isEnded(records: Records, { user, userId, grant, issued }: Given): boolean {
  if (grant !== undefined && records.get('revoked-grant', grant) !== undefined) return true;
  if (issued === undefined) return false;
  const ids = [everyGrantOf(user), ...(userId === undefined ? [] : [everyGrantOfId(userId)])];
  return ids.some(id => {
    const row = records.get('revoked-grant', id);
    return row !== undefined && issued <= (JSON.parse(row.value) as { before: number }).before;
  });
}
