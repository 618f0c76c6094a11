import { CodedError, type Fault, messageOf } from './coded.ts';

/** An error as plain data. */
export interface ErrorNote {
  readonly code: string;
  readonly status: number;
  readonly fault: Fault;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Errors cross threads as plain data, since structured clone keeps only the message of a class of our own. */
export function noteOf(thrown: unknown): ErrorNote {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (thrown instanceof CodedError) {
    const { code, status, fault, message } = thrown;
    return { code, status, fault, message, stack };
  }
  return { code: 'internal', status: 500, fault: 'server', message: messageOf(thrown), stack };
}

/** The error that a note was made of, as far as it told. */
export function errorOf({ code, status, fault, message, stack }: ErrorNote): CodedError {
  const error = new CodedError(code, { status, fault, meaning: '', fix: '' }, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
