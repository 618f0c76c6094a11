import { messageOf } from '../../../base/errors/index.ts';

/** The innermost message: openid-client and fetch wrap what went wrong. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? reasonOf(cause) : messageOf(error);
}
