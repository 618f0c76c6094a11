import { type Admission, admitted, type AdmissionRequest, mutated } from '../admission/index.ts';
import { isStatusError, type KubeObject, StatusError } from '../meta/index.ts';
import { operationsBetween } from './difference.ts';

/** Which of the two an API server asks for: changes, or whether the object may be. */
export type Asked = 'mutate' | 'validate';

/** Finds the kind that a review is about. */
export type KindOf = (
  group: string,
  version: string,
  resource: string,
) => AdmissionRequest['kind'] | undefined;

/** Both have the same fields, and an API server is answered in its own: KServe's configurations ask for the older one. */
const versions = ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'];

interface ReviewedRequest {
  readonly uid?: string;
  readonly resource?: { readonly group?: string; readonly version?: string; readonly resource?: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation?: AdmissionRequest['operation'];
  readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] };
  readonly object?: KubeObject | null;
  readonly oldObject?: KubeObject | null;
  readonly dryRun?: boolean;
}

/**
 * Answers an AdmissionReview of an API server with what steps of admission say of its object.
 * @throws StatusError 400 when the body is no AdmissionReview, or of a kind that is not known.
 */
export async function answerReview(
  steps: readonly Admission[],
  asked: Asked,
  body: unknown,
  kindOf: KindOf,
): Promise<object> {
  const { apiVersion = '', request: reviewed } = (body ?? {}) as {
    readonly apiVersion?: string;
    readonly request?: ReviewedRequest;
  };
  if (!versions.includes(apiVersion)) throw notReview(`found the apiVersion "${apiVersion}"`);
  if (typeof reviewed?.uid !== 'string') throw notReview('found no request.uid');
  const warnings: string[] = [];
  const request = requestOf(reviewed, kindOf, text => warnings.push(text));
  const response = { uid: reviewed.uid, ...(await verdictOn(steps, asked, request)) };
  return {
    apiVersion,
    kind: 'AdmissionReview',
    response: { ...response, ...(warnings.length > 0 && { warnings }) },
  };
}

async function verdictOn(
  steps: readonly Admission[],
  asked: Asked,
  request: AdmissionRequest,
): Promise<object> {
  const { object } = request;
  try {
    if (asked === 'validate') await admitted(steps, request);
    if (asked === 'validate' || object === undefined) return { allowed: true };
    const operations = operationsBetween(object, await mutated(steps, { ...request, object }));
    if (operations.length === 0) return { allowed: true };
    const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
    return { allowed: true, patchType: 'JSONPatch', patch };
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return { allowed: false, status: statusOf(error) };
  }
}

/** The API server says itself which webhook it was that denied the request. */
function statusOf({ code, reason, message }: StatusError): object {
  const said = message.replace(/^admission webhook "[^"]*" denied the request: /, '');
  return { status: 'Failure', message: said, code, ...(reason !== undefined && { reason }) };
}

function requestOf(
  reviewed: ReviewedRequest,
  kindOf: KindOf,
  warn: (text: string) => void,
): AdmissionRequest {
  const { group = '', version = '', resource = '' } = reviewed.resource ?? {};
  const kind = kindOf(group, version, resource);
  if (kind === undefined) throw notReview(`found the resource ${group}/${version} ${resource}`);
  const { operation = 'CREATE', subResource = '', name = '', namespace = '', dryRun = false } = reviewed;
  return {
    operation,
    kind,
    subresource: subResource,
    namespace,
    name,
    named: operation !== 'CREATE',
    object: reviewed.object ?? undefined,
    old: reviewed.oldObject ?? undefined,
    user: userOf(reviewed.userInfo),
    dryRun,
    warn,
    onAnswered: () => {},
  };
}

function userOf(info: ReviewedRequest['userInfo']): AdmissionRequest['user'] {
  return { name: info?.username ?? '', groups: info?.groups ?? [] };
}

function notReview(found: string): StatusError {
  return new StatusError(
    400,
    'BadRequest',
    `expected an AdmissionReview (${versions.join(', ')}) about a kind of KServe or a pod, ${found}`,
  );
}
