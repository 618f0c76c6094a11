import type { AdmissionRequest } from '../admission/index.ts';
import type { Kind } from '../kinds/index.ts';
import { type Status, StatusError } from '../meta/index.ts';

/** The `request` of an AdmissionReview. */
export function reviewRequest(request: AdmissionRequest, uid: string): Record<string, unknown> {
  const { operation, kind, subresource, namespace, name, user, object, old, dryRun } = request;
  const { requestKind = kind } = request;
  const { uid: userUid, extra, groups, name: username } = user;
  return {
    uid,
    kind: kindOf(kind),
    resource: resourceOf(kind),
    ...(subresource !== '' && { subResource: subresource }),
    requestKind: kindOf(requestKind),
    requestResource: resourceOf(requestKind),
    ...(subresource !== '' && { requestSubResource: subresource }),
    ...(name !== '' && { name }),
    ...(namespace !== '' && { namespace }),
    operation,
    userInfo: {
      username,
      ...(userUid !== undefined && { uid: userUid }),
      groups,
      ...(extra !== undefined && { extra }),
    },
    object: object ?? null,
    oldObject: old ?? null,
    dryRun,
    options: { kind: optionsKind[operation], apiVersion: 'meta.k8s.io/v1' },
  };
}

function kindOf({ group, version, kind }: Kind): object {
  return { group, version, kind };
}

function resourceOf({ group, version, plural }: Kind): object {
  return { group, version, resource: plural };
}

const optionsKind = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
  CONNECT: 'ConnectOptions',
} as const;

/** What a webhook answered. */
export interface Verdict {
  readonly allowed: boolean;
  readonly status: Partial<Status> | undefined;
  /** JSON of the operations of a JSON patch. */
  readonly patch: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * Reads an AdmissionReview.
 * @throws Error in the words of an API server when it is none, or of another request.
 */
export function verdictOf(body: unknown, uid: string): Verdict {
  const review = body as {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly response?: {
      readonly uid?: string;
      readonly allowed?: boolean;
      readonly status?: Partial<Status>;
      readonly patch?: string;
      readonly patchType?: string;
      readonly warnings?: readonly string[];
    };
  } | null;
  const { apiVersion, kind, response } = review ?? {};
  if (response === undefined || response === null) throw new Error('webhook response was absent');
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') {
    throw new Error(
      `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${apiVersion ?? ''}, Kind=${kind ?? ''}`,
    );
  }
  if (response.uid !== uid) throw new Error(`expected response.uid="${uid}", got "${response.uid ?? ''}"`);
  if ((response.patch ?? '') !== '' && response.patchType !== 'JSONPatch') {
    throw new Error(
      `webhook returned response.patchType of "${response.patchType ?? ''}", expected "JSONPatch"`,
    );
  }
  const { allowed = false, status, patch = '', warnings = [] } = response;
  return {
    allowed,
    status,
    patch: patch === '' ? undefined : Buffer.from(patch, 'base64').toString(),
    warnings,
  };
}

/** How an API server answers what a webhook does not let through. */
export function denial(webhook: string, status: Partial<Status> | undefined): StatusError {
  const { code = 0, reason, message = '', details } = status ?? {};
  const by = `admission webhook "${webhook}" denied the request`;
  const why = message === '' ? (reason ?? '') : message;
  const text = why === '' ? `${by} without explanation` : `${by}: ${why}`;
  return new StatusError(Math.max(code, 400), reason, text, details);
}

/** How an API server answers when a webhook that must be asked cannot be. */
export function failedCall(webhook: string, reason: string): StatusError {
  const message = `failed calling webhook "${webhook}": failed to call webhook: ${reason}`;
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}
