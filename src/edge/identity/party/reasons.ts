import { messageOf } from '../../../base/errors/index.ts';

/** The innermost message: openid-client and fetch wrap what went wrong. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? reasonOf(cause) : messageOf(error);
}

/** How an issuer calls itself whose discovery document is at the address of another; undefined where that is not what went wrong. */
export function issuerNamed(error: unknown): string | undefined {
  const { cause } = error instanceof Error ? error : {};
  if (typeof cause !== 'object' || cause === null || !('attribute' in cause) || !('body' in cause))
    return undefined;
  const { attribute, body } = cause as {
    readonly attribute: unknown;
    readonly body: { readonly issuer?: unknown };
  };
  return attribute === 'issuer' ? String(body.issuer) : undefined;
}
