import type { FieldError } from './fields.ts';

/** One cause of a failure, as clients parse it. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The answer of the API to what it does not do (apimachinery's `meta/v1.Status`). */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** A group and a resource's plural name (or a kind), as messages name them: `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export function qualified({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** A failure with the Status that says it; what a handler throws becomes the answer. */
export class StatusError extends Error {
  readonly status: Status;
  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'StatusError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason !== undefined && { reason }),
      ...(details !== undefined && { details }),
      code,
    };
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string | undefined {
    return this.status.reason;
  }
}

function about({ group, resource }: GroupResource, name: string): StatusDetails {
  return {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    ...(resource !== '' && { kind: resource }),
  };
}

export function notFound(resource: GroupResource, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualified(resource)} "${name}" not found`,
    about(resource, name),
  );
}

export function alreadyExists(resource: GroupResource, name: string): StatusError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, about(resource, name));
}

export function conflict(resource: GroupResource, name: string, detail: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${detail}`;
  return new StatusError(409, 'Conflict', message, about(resource, name));
}

/** The detail of a conflict between two writers. */
export const modified =
  'the object has been modified; please apply your changes to the latest version and try again';

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** What admission or authorization refuses. */
export function forbidden(resource: GroupResource, name: string, detail: string): StatusError {
  const named = name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${named} is forbidden: ${detail}`, about(resource, name));
}

/** An object that breaks rules; `resource` is its kind: `Deployment.apps "d" is invalid: …`. */
export function invalid(resource: GroupResource, name: string, errors: readonly FieldError[]): StatusError {
  const message = `${qualified(resource)} "${name}" is invalid: ${together(errors)}`;
  const causes = uniqueBy(errors, ({ body, field }) => `${field}: ${body}`).map(
    ({ reason, body, field }) => ({
      reason,
      message: body,
      field,
    }),
  );
  return new StatusError(422, 'Invalid', message, { ...about(resource, name), causes });
}

/** Errors of fields as one text: `[…, …]` where there are several. */
export function together(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(error => error.message))];
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.toReversed().map(item => [keyOf(item), item])).values()].toReversed();
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

export function internalError(message: string): StatusError {
  return new StatusError(500, undefined, message);
}

export function isStatusError(thrown: unknown): thrown is StatusError {
  return thrown instanceof StatusError;
}

/** Whether nothing could be made because the namespace that it was to be in is going. */
export function isEnding(error: unknown): boolean {
  return isStatusError(error) && error.message.includes('because it is being terminated');
}
