import type { Exchange } from '../exchange.ts';

const exchanges = {
  v1: async () => (await import('./v1/exchange.ts')).v1Exchange,
  v2: async () => (await import('./v2/exchange.ts')).v2Exchange,
} as const satisfies Readonly<Record<string, () => Promise<Exchange>>>;

/** The exchange that a compute thread was asked for by name. */
export function exchangeNamed(name: string): Promise<Exchange> {
  if (!Object.hasOwn(exchanges, name)) throw new Error(`there is no exchange named ${name}`);
  return exchanges[name as keyof typeof exchanges]();
}
