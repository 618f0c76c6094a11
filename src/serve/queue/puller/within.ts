/**
 * Does work that is given up after so many milliseconds, or when the signal says so: its own signal then has the reason.
 * @param what names it in the reason
 */
export async function within<T>(
  { time, signal, what }: { readonly time: number; readonly signal: AbortSignal; readonly what: string },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const late = (): void => limit.abort(new Error(`${what} took longer than ${time / 1000} s`));
  const timer = setTimeout(late, time);
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}
