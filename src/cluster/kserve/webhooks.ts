import type { Admission, AdmissionRequest } from '../admission/index.ts';
import { type KubeObject, StatusError } from '../meta/index.ts';

/** What is wrong with an object, in KServe's words; undefined when nothing is. */
export type Fault = string | undefined;

/** The first fault there is; the rest is not looked for. */
export function firstFault(checks: Iterable<() => Fault>): Fault {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What a webhook of KServe does not let through, answered as an API server answers it. */
export function denied(webhook: string, fault: string): StatusError {
  return new StatusError(403, 'Forbidden', denial(webhook, fault));
}

/** What a webhook of KServe cannot read. */
export function unreadable(webhook: string, fault: string): StatusError {
  return new StatusError(400, undefined, denial(webhook, fault));
}

function denial(webhook: string, fault: string): string {
  return `admission webhook "${webhook}" denied the request: ${fault}`;
}

/** Whether a request writes objects of a resource themselves, not a part of them. */
export function writes(request: AdmissionRequest, resource: string): boolean {
  const { operation, kind, subresource } = request;
  return (
    kind.resource === resource && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE')
  );
}

/** A step that only refuses; objects that are being deleted may be as they are when `sparing`. */
export function validator(
  name: string,
  resource: string,
  check: (object: KubeObject, request: AdmissionRequest) => Fault,
  sparing = true,
): Admission {
  return {
    name,
    concerns: request => writes(request, resource),
    validate: request => {
      const object = request.object as KubeObject;
      const leaves = request.old !== undefined && object.metadata.deletionTimestamp !== undefined;
      if (sparing && leaves) return;
      const fault = check(object, request);
      if (fault !== undefined) throw denied(name, fault);
    },
  };
}
