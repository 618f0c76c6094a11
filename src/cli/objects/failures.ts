import { isStatusError, StatusError, type StatusCause } from '../../cluster/meta/index.ts';

/** What a command says when it cannot go on; printed after `error: `, as kubectl does. */
export class Complaint extends Error {}

/** Several failures of one command; each is a line of its own. */
export class Complaints extends Error {
  readonly all: readonly unknown[];
  constructor(all: readonly unknown[]) {
    super(`${all.length} failures`);
    this.all = all;
  }
}

/** @throws what there is: nothing, the only failure, or all of them. */
export function throwAll(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new Complaints(failures);
}

export function isNotFound(thrown: unknown): thrown is StatusError {
  return isStatusError(thrown) && thrown.reason === 'NotFound';
}

/** Says where the object of a failure came from, as kubectl does. */
export function withSource(thrown: unknown, verb: string, source: string | undefined): unknown {
  if (source === undefined || !isStatusError(thrown)) return thrown;
  const message = `error when ${verb} "${source}": ${thrown.message}`;
  return new StatusError(thrown.code, thrown.reason, message, thrown.status.details);
}

/** What standard error says of a failure, with kubectl's words; undefined for what is no failure of a request. */
export function failureText(thrown: unknown): string | undefined {
  if (thrown instanceof Complaints) {
    return thrown.all
      .map(one => lineOf(one) ?? (one instanceof Error ? one.message : String(one)))
      .join('\n');
  }
  if (isStatusError(thrown) && thrown.reason === 'Invalid') return invalidText(thrown);
  return lineOf(thrown);
}

function lineOf(thrown: unknown): string | undefined {
  if (thrown instanceof Complaint) return `error: ${thrown.message}`;
  if (isStatusError(thrown)) return serverText(thrown);
  return connectionText(thrown);
}

function serverText({ reason, message }: StatusError): string {
  if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  return reason === undefined || reason === ''
    ? `Error from server: ${message}`
    : `Error from server (${reason}): ${message}`;
}

function invalidText({ status }: StatusError): string {
  const { kind = '', name = '', causes = [] } = status.details ?? {};
  const named = kind !== '' || name !== '';
  if (!named && causes.length === 0) return `The request is invalid: ${status.message ?? ''}`;
  const what = named ? `The ${kind} "${name}" is invalid` : 'The request is invalid';
  if (causes.length === 0) return what;
  const texts = [...new Set(causes.map(causeText))];
  return texts.length === 1
    ? `${what}: ${texts[0]}`
    : `${what}: \n${texts.map(text => `* ${text}`).join('\n')}`;
}

function causeText({ field = '', message = '' }: StatusCause): string {
  return `${field}: ${message}`;
}

/** Errors of sockets and of TLS, as node names them. */
const connectionCode = /^(E[A-Z]+|[A-Z_]*(CERT|TLS|SSL)[A-Z_]*)$/;

interface SocketError {
  readonly code?: unknown;
  readonly address?: string;
  readonly port?: number;
  readonly message?: string;
  /** One for each address of a name. */
  readonly errors?: readonly SocketError[];
}

function connectionText(thrown: unknown): string | undefined {
  const error = thrown as SocketError;
  const { code, address, port, message } = error.errors?.[0] ?? error;
  if (typeof code !== 'string' || !connectionCode.test(code)) return undefined;
  if (code !== 'ECONNREFUSED') return `Unable to connect to the server: ${message ?? code}`;
  return `The connection to the server ${address ?? ''}:${port ?? ''} was refused - did you specify the right host or port?`;
}
