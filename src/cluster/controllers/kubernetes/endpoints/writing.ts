import { isEnding, isStatusError, StatusError } from '../../../meta/index.ts';

/**
 * Writes an object of a service, unless its namespace is about to go.
 * @throws StatusError `Conflict`, as for any object that was read too long ago, when the cache was behind: what it showed is gone, or
 * what it did not show is there. The next try sees it.
 */
export async function written(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isStatusError(error)) throw error;
    const { reason, message } = error;
    if (isEnding(error)) return;
    if (reason !== 'NotFound' && reason !== 'AlreadyExists') throw error;
    throw new StatusError(409, 'Conflict', message);
  }
}
