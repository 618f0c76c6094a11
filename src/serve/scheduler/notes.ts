import { CodedError, messageOf } from '../../base/errors/index.ts';
import type { ErrorNote } from './messages.ts';

/** Errors cross threads as plain data, since structured clone keeps only the message of a class of our own. */
export function noteOf(thrown: unknown): ErrorNote {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (thrown instanceof CodedError) {
    const { code, status, fault, message } = thrown;
    return { code, status, fault, message, stack };
  }
  return { code: 'internal', status: 500, fault: 'server', message: messageOf(thrown), stack };
}

export function errorOf({ code, status, fault, message, stack }: ErrorNote): CodedError {
  const error = new CodedError(code, { status, fault, meaning: '', fix: '' }, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
