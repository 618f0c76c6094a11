import { StatusError } from '../meta/index.ts';
import type { AdmissionRequest } from '../admission/index.ts';
import type { Validation } from './configuration.ts';

/** What an error says, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}

const codes = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413, Invalid: 422 } as const;

/** How an API server answers what a policy does not let through. */
export function refusal(
  { requestKind, kind, name }: AdmissionRequest,
  message: string,
  reason: Validation['reason'] = 'Invalid',
): StatusError {
  const { group, plural } = requestKind ?? kind;
  const resource = group === '' ? plural : `${plural}.${group}`;
  const about = name === '' ? resource : `${resource} "${name}"`;
  return new StatusError(codes[reason], reason, `${about} is forbidden: ${message}`, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    kind: plural,
    causes: [{ message }],
  });
}
