import type { Exchange } from '../../dataplane/index.ts';

const exchanges = {
  v1: async () => (await import('./v1.ts')).v1Exchange,
  v2: async () => (await import('./v2.ts')).v2Exchange,
} as const satisfies Readonly<Record<string, () => Promise<Exchange>>>;

export const exchangeNames: readonly string[] = Object.keys(exchanges);

/** The exchange of a protocol, loaded when it is first needed. */
export function exchangeNamed(name: string): Promise<Exchange> {
  if (!Object.hasOwn(exchanges, name)) throw new Error(`there is no exchange named ${name}`);
  return exchanges[name as keyof typeof exchanges]();
}
