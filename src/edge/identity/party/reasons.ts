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

/** What names another issuer than the one of its address, or none; undefined where that is not what went wrong. */
export function wrongNaming(error: unknown): Naming | undefined {
  const { cause } = error instanceof Error ? error : {};
  if (typeof cause !== 'object' || cause === null || !('attribute' in cause) || !('body' in cause))
    return undefined;
  const { attribute, body } = cause as {
    readonly attribute: unknown;
    readonly body: { readonly issuer?: unknown };
  };
  if (attribute !== 'issuer') return undefined;
  return { issuer: typeof body.issuer === 'string' ? body.issuer : undefined };
}
