import type { AdmissionRequest } from '../admission/index.ts';
import { type Equivalents, inVersion, type Kind } from '../kinds/index.ts';

/** Whether a rule that names another version of a kind is about a request, too. */
export type MatchPolicy = 'Exact' | 'Equivalent';

/**
 * The version of a kind as which rules are about a request: its own, or else the first of the others that they name, unless only its own
 * is meant. Undefined where they are not about it. Pure.
 */
export function matchedKind(
  request: AdmissionRequest,
  policy: MatchPolicy | undefined,
  equivalents: Equivalents,
  isAbout: (request: AdmissionRequest) => boolean,
): Kind | undefined {
  if (isAbout(request)) return request.kind;
  if (policy === 'Exact') return undefined;
  return equivalents(request.kind).find(kind => isAbout({ ...request, kind }));
}

/**
 * A request as it is in another version of its kind.
 * @throws StatusError where a webhook that is to turn its objects into it fails.
 */
export async function inKind<Request extends AdmissionRequest>(
  request: Request,
  kind: Kind,
): Promise<Request> {
  const { kind: own, object, old } = request;
  if (kind === own) return request;
  return {
    ...request,
    kind,
    requestKind: own,
    ...(object !== undefined && { object: await inVersion(object, own, kind) }),
    ...(old !== undefined && { old: await inVersion(old, own, kind) }),
  };
}
