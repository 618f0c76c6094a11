/** What is heard of whoever started this process: what he says or that he ends may come at any time, and is said once. */
export interface Starter {
  /** Resolves to false when he has gone before he said that the process may begin. */
  readonly mayBegin: Promise<boolean>;
  readonly gone: Promise<void>;
}

/** Listens from now on; to be called before anything is waited for. */
export function listenToStarter(): Starter {
  const { stdin } = process;
  const told = new Promise<boolean>(resolve => void stdin.once('data', () => resolve(true)));
  const gone = new Promise<void>(resolve => void stdin.once('end', resolve));
  return { mayBegin: Promise.race([told, gone.then(() => false)]), gone };
}
