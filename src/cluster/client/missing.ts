import { isStatusError } from '../meta/index.ts';

/** Does something about an object, which may be gone by now. */
export function unlessGone(act: () => Promise<unknown>): Promise<void> {
  return unless('NotFound', act);
}

/** Makes an object, which somebody may have made already. */
export function unlessThere(make: () => Promise<unknown>): Promise<void> {
  return unless('AlreadyExists', make);
}

async function unless(reason: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isStatusError(error) || error.reason !== reason) throw error;
  }
}
