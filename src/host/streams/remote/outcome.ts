/** How a command ended, as a Status of Kubernetes that clients read from the error channel. */
export interface Outcome {
  readonly metadata: object;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes: readonly { readonly reason?: string; readonly message: string }[] };
  readonly code?: number;
}

export const succeeded: Outcome = { metadata: {}, status: 'Success' };

/** @param code exit status; 128 and the number of the signal for one that a signal ended */
export function exited(command: readonly string[], code: number): Outcome {
  if (code === 0) return succeeded;
  const cause = `error executing command [${command.join(' ')}], exit code ${code}`;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${cause}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: `${code}` }] },
  };
}

/** Something else than the command failed. */
export function failed(message: string): Outcome {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}
