import type { Admission, AdmissionRequest } from '../admission/index.ts';
import { StatusError } from '../meta/index.ts';
import { defaultedService } from './defaults.ts';
import { serviceFault } from './rules.ts';

const services = 'serving.knative.dev/services';
const validating = 'validation.webhook.serving.knative.dev';

/** What Knative's webhooks do to its Services: their defaults, who made and last changed them, and what they refuse. */
export function knativeAdmission(): Admission[] {
  return [
    {
      name: 'webhook.serving.knative.dev',
      concerns: isWritten,
      mutate: ({ object, old, user }) => {
        if (object === undefined) throw new Error('a Service is written without being given');
        return defaultedService(object, old, user.name);
      },
    },
    { name: validating, concerns: isWritten, validate: refuse },
  ];
}

/** @throws StatusError 400 of a Service that Knative does not take. */
function refuse({ object }: AdmissionRequest): void {
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
  const fault = serviceFault(object);
  if (fault === undefined) return;
  const message = `admission webhook "${validating}" denied the request: validation failed: ${fault}`;
  throw new StatusError(400, 'BadRequest', message);
}

function isWritten({ operation, kind, subresource }: AdmissionRequest): boolean {
  const written = operation === 'CREATE' || operation === 'UPDATE';
  return written && subresource === '' && kind.resource === services;
}
