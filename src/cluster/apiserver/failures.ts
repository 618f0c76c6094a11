import type { CodedError } from '../../base/errors/index.ts';

/** Names of failures that end before a request reaches the pipeline, as Kubernetes has them. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  408: 'Timeout',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};

/** The answer to a request that the listener refuses itself, as a Status. `bodyBytes` is its limit. */
export function listenerFailure(
  error: CodedError,
  bodyBytes: number,
): { fields: readonly (readonly [string, string])[]; body: string } {
  const { status: code } = error;
  const reason = reasons[code];
  const message = code === 413 ? `Request entity too large: limit is ${bodyBytes}` : error.message;
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== undefined && { reason }),
    code,
  };
  const fields = [
    ['Cache-Control', 'no-cache, private'],
    ['Content-Type', 'application/json'],
  ] as const;
  return { fields, body: `${JSON.stringify(status)}\n` };
}

/** The largest body of a request, as every Kubernetes API server has it. */
export const largestBody = 3 * 1024 * 1024;
