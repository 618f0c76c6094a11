import { messageOf } from '../../../base/errors/index.ts';

/** The innermost message: openid-client and fetch wrap what went wrong. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? reasonOf(cause) : messageOf(error);
}

/** How an issuer calls itself, where its discovery document names one. */
export interface Naming {
  readonly issuer: string | undefined;
}

/**
 * What names another issuer than the one of its address, or none; undefined where that is not what went wrong. openid-client puts the
 * document beside the innermost error.
 */
export function wrongNaming(error: unknown): Naming | undefined {
  const inner = besideInnermost(error);
  if (typeof inner !== 'object' || inner === null || inner instanceof Response || !('body' in inner))
    return undefined;
  const { attribute, body } = inner as { readonly attribute?: unknown; readonly body: unknown };
  const issuer: unknown =
    typeof body === 'object' && body !== null && 'issuer' in body ? body.issuer : undefined;
  if (typeof issuer !== 'string') return { issuer: undefined };
  return attribute === 'issuer' ? { issuer } : undefined;
}

/** Status of the answer that was none of an issuer; undefined where something else went wrong. */
export function statusOf(error: unknown): number | undefined {
  const inner = besideInnermost(error);
  return inner instanceof Response ? inner.status : undefined;
}

function besideInnermost(error: unknown): unknown {
  let at = error;
  while (at instanceof Error) at = at.cause;
  return at;
}
